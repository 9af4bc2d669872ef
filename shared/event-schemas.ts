import * as v from 'valibot';
import type { EventData, EventType } from './events.ts';
import { MAIL_CHOICES } from './mail.ts';
import { REMINDER_KINDS } from './reminders.ts';
import * as s from './schema.ts';
import { draftBody, draftOp } from './draft-schema.ts';

const documentData = v.strictObject({ document: s.document });
const draftView = v.strictObject({ version: s.count, body: draftBody });
const actData = v.strictObject({ status: s.status, act: s.act });
const entryData = v.strictObject({ entry: s.payment, paid: s.minor, due: s.minor, status: s.status });
const checkoutData = v.strictObject({ checkout: s.checkout });
const refundData = v.strictObject({ refund: s.refund });
const decisionData = v.strictObject({ status: s.status, decision: s.decision });

/** Every event is checked against its schema before it is written: what is in the log is there for ever. */
export const EVENT_SCHEMAS: { readonly [T in EventType]: v.GenericSchema<EventData[T]> } = {
  'document.drafted': documentData,
  'document.issued': documentData,
  'document.revised': documentData,
  'document.deleted': v.strictObject({ kind: s.kind }),
  'draft.started': v.strictObject({ draft: draftView }),
  'draft.edited': v.strictObject({ version: s.count, ops: v.array(draftOp), addressed: s.partyContact }),
  'draft.discarded': v.strictObject({}) as v.GenericSchema<Record<string, never>>,
  'document.withdrawn': actData,
  'document.reopened': actData,
  'document.progressed': v.strictObject({ progress: s.progress }),
  'invoice.credited': v.strictObject({ creditNote: s.id, amount: s.minor, credited: s.minor, due: s.minor, status: s.status }),
  'payment.started': checkoutData,
  'payment.processing': checkoutData,
  'payment.failed': v.strictObject({ checkout: s.checkout, reason: v.nullable(s.text(200)) }),
  'payment.ended': checkoutData,
  'payment.received': entryData,
  'payment.reversed': entryData,
  'payment.refunded': entryData,
  'refund.failed': entryData,
  'payment.disputed': entryData,
  'dispute.closed': entryData,
  'payment.unmatched': v.strictObject({ checkout: s.id, amount: s.minor, currency: s.currency }),
  'payment.blocked': v.strictObject({ detail: s.text(2000) }),
  'refund.requested': refundData,
  'refund.refused': refundData,
  'refund.settled': v.strictObject({ refund: s.id }),
  'options.chosen': v.strictObject({ line: s.id, description: s.text(5000), chosen: v.boolean(), choice: s.choice }),
  'document.viewed': v.strictObject({ visit: s.id, name: v.nullable(s.text(500)) }),
  'document.accepted': decisionData,
  'document.refused': decisionData,
  'document.held': decisionData,
  'receipt.recorded': v.strictObject({ receipt: s.receipt }),
  'message.posted': v.strictObject({
    message: v.strictObject({
      id: s.id,
      document: s.id,
      person: s.id,
      side: v.picklist(['owner', 'client']),
      name: s.text(500),
      text: s.text(10_000),
      notify: v.boolean(),
      proposal: v.nullable(s.proposal),
      files: v.array(s.file),
    }),
    readUpTo: v.number(),
  }),
  'conversation.read': v.strictObject({ person: s.id, upTo: s.count }),
  'link.created': v.strictObject({ link: s.link }),
  'link.revoked': v.strictObject({ link: s.id }),
  'document.sent': v.strictObject({ to: v.array(v.strictObject({ name: s.text(500), address: s.text(500) })) }),
  'mail.queued': v.strictObject({ mail: s.mail }),
  'mail.delivered': v.strictObject({ mail: s.id }),
  'mail.failed': v.strictObject({ mail: s.id, name: s.text(500), address: s.text(500), cause: s.mailCause, detail: s.text(2000) }),
  'reminder.sent': v.strictObject({
    kind: v.picklist(REMINDER_KINDS),
    step: v.pipe(v.number(), v.integer()),
    to: v.array(v.strictObject({ name: s.text(500), address: s.text(500) })),
  }),
  'file.attached': v.strictObject({ file: s.file }),
  'file.removed': v.strictObject({ file: s.id, name: s.text(500) }),
  'contact.added': v.strictObject({ contact: s.contact }),
  'contact.reminders': v.strictObject({ client: s.id, name: s.text(500), contact: s.text(500), on: v.boolean() }),
  'client.created': v.strictObject({ client: s.id, name: s.text(500) }),
  'client.changed': v.strictObject({ client: s.id, name: s.text(500) }),
  'deal.client_changed': v.strictObject({ client: s.id, name: s.text(500), contacts: v.array(s.contact) }),
  'company.changed': v.strictObject({ company: s.company, fields: v.array(s.text(50)) }),
  'user.invited': v.strictObject({ join: s.id, name: s.text(500), role: s.role }),
  'user.uninvited': v.strictObject({ join: s.id, name: s.text(500) }),
  'user.joined': v.strictObject({ user: s.id, name: s.text(500), role: s.role, join: s.id }),
  'user.role_changed': v.strictObject({ user: s.id, name: s.text(500), role: s.role }),
  'user.removed': v.strictObject({ user: s.id, name: s.text(500) }),
  'join.mailed': v.strictObject({ join: s.id, name: s.text(500), mail: s.joinMail }),
  'webhook.created': v.strictObject({ webhook: s.id, name: s.text(2000) }),
  'webhook.changed': v.strictObject({ webhook: s.id, name: s.text(2000), disabledFor: s.disabledFor }),
  'webhook.removed': v.strictObject({ webhook: s.id, name: s.text(2000) }),
  'webhook.failed': v.strictObject({ webhook: s.id, name: s.text(2000), seq: s.count, status: v.nullable(s.count) }),
  'company.created': v.strictObject({ name: s.text(500) }),
  'api_key.created': v.strictObject({ key: s.id, label: s.text(200) }),
  'api_key.revoked': v.strictObject({ key: s.id }),
  'feed.read': v.strictObject({ user: s.id, upTo: s.count }),
  'user.mail_chosen': v.strictObject({ user: s.id, kinds: v.array(v.picklist(MAIL_CHOICES)) }),
  'session.ended': v.strictObject({ session: s.text(64) }),
};

import * as v from 'valibot';
import type { EventData, EventType } from './events.ts';
import { MAIL_CHOICES } from './mail.ts';
import * as s from './schema.ts';

const documentData = v.strictObject({ document: s.document });
const decisionData = v.strictObject({ status: s.status, decision: s.decision });

/** Every event is checked against its schema before it is written: what is in the log is there for ever. */
export const EVENT_SCHEMAS: { readonly [T in EventType]: v.GenericSchema<EventData[T]> } = {
  'document.drafted': documentData,
  'document.issued': documentData,
  'document.revised': documentData,
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
  'file.attached': v.strictObject({ file: s.file }),
  'file.removed': v.strictObject({ file: s.id, name: s.text(500) }),
  'contact.added': v.strictObject({ contact: s.contact }),
  'company.created': v.strictObject({ name: s.text(500) }),
  'api_key.created': v.strictObject({ key: s.id, label: s.text(200) }),
  'api_key.revoked': v.strictObject({ key: s.id }),
  'feed.read': v.strictObject({ user: s.id, upTo: s.count }),
  'user.mail_chosen': v.strictObject({ user: s.id, kinds: v.array(v.picklist(MAIL_CHOICES)) }),
  'session.ended': v.strictObject({ session: s.text(64) }),
};

import * as v from 'valibot';
import type { Side } from './view.ts';
import * as s from './schema.ts';
import type { Role } from './company.ts';
import { clientInput, companyChanges, joinInput, role, webhookInput } from './company-input.ts';
import { documentInput } from './document-input.ts';
import { draftOp } from './draft-schema.ts';
import { MESSAGE_FILES_COUNT } from './files.ts';
import { MAIL_CHOICES } from './mail.ts';
import { RECORDED_METHODS } from './payment.ts';
import { isName, oneLineOf } from './text.ts';

const optionalText = (max: number) =>
  v.pipe(
    v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(max))),
    v.transform((t) => (t === '' ? null : t)),
  );

const optionalEmail = v.optional(
  v.pipe(
    v.nullable(v.pipe(v.string(), v.trim())),
    v.transform((given) => (given === '' ? null : given)),
    v.nullable(s.email),
  ),
  null,
);

const revision = v.pipe(v.number(), v.integer(), v.minValue(1));
const quantity = v.pipe(
  s.decimal,
  v.check((text) => Number(text) !== 0, 'not_zero'),
);
const notNegative = v.pipe(
  s.decimal,
  v.check((text) => !text.startsWith('-'), 'not_negative'),
);

/** What the client asks for: at least one of another quantity, another price, or words. */
const proposalInput = v.variant('what', [
  v.strictObject({
    what: v.literal('line'),
    revision,
    line: s.id,
    quantity: v.nullable(notNegative),
    unitPrice: v.nullable(notNegative),
  }),
  v.strictObject({ what: v.literal('validity'), revision, until: v.nullable(s.day) }),
]);

/** A deposit on an accepted quote: a part of it in percent, or an amount with VAT. */
const depositInput = v.union([
  v.strictObject({
    percent: v.pipe(
      notNegative,
      v.check((text) => Number(text) > 0 && Number(text) <= 100, 'percent'),
    ),
  }),
  v.strictObject({
    amount: v.pipe(
      notNegative,
      v.check((text) => Number(text) > 0, 'not_zero'),
    ),
  }),
]);

/** In currency units, such as "120.00". */
export const amount = v.pipe(
  s.decimal,
  v.check((text) => !text.startsWith('-') && Number(text) > 0, 'positive'),
);

/** A decision names the document, the revision it was made on and who decides. */
const decisionInput = {
  document: s.id,
  revision,
  name: s.name(120),
  reason: optionalText(2000),
  /** The language of the consent sentence that was on the screen. */
  language: s.language,
  /** Where the acknowledgement goes; without one it goes to the contact's own address, where there is one. */
  email: optionalEmail,
};

/** Command name → input schema. The only list of what can be changed. */
export const COMMANDS = {
  createDocument: v.strictObject({ document: documentInput, issue: v.boolean() }),
  reviseDocument: v.strictObject({ document: s.id, content: documentInput }),
  /** `version`: the draft as it was seen; null where that is not to be compared, as over the API. */
  issueDocument: v.strictObject({ document: s.id, version: v.optional(v.nullable(s.count), null) }),
  /**
   * A draft to be written: from nothing or with the lines of `copy`, in a new deal with `client`; or from documents of one deal, with what is left
   * of their lines, or with these quantities of these. `deposit`: a deposit invoice from an accepted quote.
   */
  draftDocument: v.strictObject({
    kind: s.kind,
    client: v.optional(v.nullable(s.id), null),
    copy: v.optional(v.nullable(s.id), null),
    from: v.optional(
      v.nullable(
        v.strictObject({
          documents: v.pipe(v.array(s.id), v.minLength(1, 'required'), v.maxLength(100)),
          lines: v.optional(v.nullable(v.pipe(v.array(v.strictObject({ line: s.id, quantity })), v.maxLength(5000))), null),
        }),
      ),
      null,
    ),
    deposit: v.optional(v.nullable(depositInput), null),
  }),
  /** All of the operations, or none where somebody else has changed the same meanwhile. */
  editDraft: v.strictObject({ document: s.id, ops: v.pipe(v.array(draftOp), v.minLength(1, 'required'), v.maxLength(500)) }),
  /** A draft is deleted; of an issued quote only the revision that was being prepared. */
  discardDraft: v.strictObject({ document: s.id }),
  /** Begins the next revision of a quote as a draft. */
  startRevision: v.strictObject({ document: s.id }),
  withdrawQuote: v.strictObject({ document: s.id, reason: optionalText(2000) }),
  /** A new revision that differs in its validity alone. */
  extendValidity: v.strictObject({ document: s.id, validUntil: s.day }),
  /** A decided document may be decided on again. */
  reopenDocument: v.strictObject({ document: s.id, reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'required'), v.maxLength(2000)) }),
  /** Ticks or unticks an optional line of a quote. */
  chooseOption: v.strictObject({ document: s.id, revision, line: s.id, chosen: v.boolean() }),
  /** Puts what the client asked for into the draft of the next revision, which is begun where there is none. */
  applyProposal: v.strictObject({ document: s.id, message: s.id }),
  acceptDocument: v.strictObject({
    ...decisionInput,
    orderNumber: v.optional(optionalText(200), null),
    /** Deliveries only. */
    reserves: v.optional(
      v.pipe(
        v.array(
          v.strictObject({
            line: v.nullable(s.id),
            text: v.pipe(v.string(), v.trim(), v.minLength(1, 'required'), v.maxLength(2000)),
          }),
        ),
        v.maxLength(500),
      ),
      [],
    ),
    /** Quotes only: the optional lines that were ticked on the page; null where the page had none to tick. */
    chosen: v.optional(v.nullable(v.pipe(v.array(s.id), v.maxLength(5000))), null),
  }),
  refuseDocument: v.strictObject(decisionInput),
  holdQuote: v.strictObject({ ...decisionInput, remindOn: v.nullable(s.day) }),
  /** Money the owner has received another way. */
  recordPayment: v.strictObject({
    document: s.id,
    amount,
    day: s.day,
    method: v.picklist(RECORDED_METHODS),
    reference: optionalText(200),
    /** Whether the client is told by mail. */
    notify: v.optional(v.boolean(), true),
  }),
  /** What was recorded by mistake is taken back by a counter-entry. */
  reversePayment: v.strictObject({
    document: s.id,
    entry: s.id,
    reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'required'), v.maxLength(500)),
    notify: v.optional(v.boolean(), true),
  }),
  /** Money of an online payment goes back to the client. `amount` null: all that is left of it. */
  refundPayment: v.strictObject({ document: s.id, entry: s.id, amount: v.nullable(amount), reason: optionalText(500) }),
  postMessage: v.strictObject({
    document: s.id,
    /** May be empty where files say it all. */
    text: v.pipe(v.string(), v.trim(), v.maxLength(10_000)),
    notify: v.boolean(),
    /** Uploaded before, by the same sender, for a message on this document. */
    files: v.optional(v.pipe(v.array(s.id), v.maxLength(MESSAGE_FILES_COUNT)), []),
    /** Of the client: a change or more time, asked for with it. */
    proposal: v.optional(v.nullable(proposalInput), null),
    /** Deal sequence up to which the writer had read; 0 where that is said by `markRead` alone. */
    readUpTo: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
    /** Needed the first time by a holder of a link made for nobody in particular. */
    name: v.pipe(
      v.nullable(v.pipe(v.string(), v.transform(oneLineOf), v.maxLength(120))),
      v.transform((given) => (given !== null && isName(given) ? given : null)),
    ),
  }),
  markRead: v.strictObject({ document: s.id, upTo: s.count }),
  recordView: v.strictObject({ document: s.id, visit: s.id }),
  createLink: v.strictObject({ document: s.id, contact: v.nullable(s.id), label: optionalText(200) }),
  revokeLink: v.strictObject({ document: s.id, link: s.id }),
  /** Writes to contacts of the client, each with a link of their own. */
  sendDocument: v.strictObject({
    document: s.id,
    contacts: v.pipe(v.array(s.id), v.minLength(1, 'required'), v.maxLength(20)),
    text: v.pipe(v.string(), v.trim(), v.maxLength(5000)),
  }),
  saveCompany: v.strictObject({ changes: companyChanges }),
  removeLogo: v.strictObject({}),
  inviteUser: joinInput,
  uninviteUser: v.strictObject({ join: s.id }),
  changeRole: v.strictObject({ user: s.id, role }),
  removeUser: v.strictObject({ user: s.id }),
  /** `client` null: a new one. */
  saveClient: v.strictObject({ client: v.nullable(s.id), profile: clientInput }),
  createWebhook: webhookInput,
  /** `on`: whether it is told of events. */
  changeWebhook: v.strictObject({ webhook: s.id, ...webhookInput.entries, on: v.boolean() }),
  removeWebhook: v.strictObject({ webhook: s.id }),
  replayWebhook: v.strictObject({ delivery: s.id }),
  addContact: v.strictObject({ document: s.id, name: s.name(200), email: s.email, language: v.nullable(s.language) }),
  removeFile: v.strictObject({ document: s.id, file: s.id }),
  chooseMails: v.strictObject({ kinds: v.array(v.picklist(MAIL_CHOICES)) }),
  createApiKey: v.strictObject({ label: v.pipe(v.string(), v.trim(), v.minLength(1, 'required'), v.maxLength(200)) }),
  revokeApiKey: v.strictObject({ key: s.id }),
  markFeedRead: v.strictObject({ upTo: s.count }),
} as const;

export type CommandName = keyof typeof COMMANDS;
export type CommandInputs = { [N in CommandName]: v.InferOutput<(typeof COMMANDS)[N]> };

type Needs = Role | 'client' | 'both';

/** Who may send it: users of the company from a role up, whoever holds a link (`client`), or members and they (`both`). */
export const NEEDS: { readonly [N in CommandName]: Needs } = {
  createDocument: 'member',
  reviseDocument: 'member',
  issueDocument: 'member',
  draftDocument: 'member',
  editDraft: 'member',
  discardDraft: 'member',
  startRevision: 'member',
  withdrawQuote: 'member',
  extendValidity: 'member',
  reopenDocument: 'member',
  applyProposal: 'member',
  chooseOption: 'client',
  acceptDocument: 'client',
  refuseDocument: 'client',
  holdQuote: 'client',
  recordPayment: 'member',
  reversePayment: 'member',
  refundPayment: 'member',
  postMessage: 'both',
  markRead: 'both',
  recordView: 'client',
  createLink: 'member',
  revokeLink: 'member',
  sendDocument: 'member',
  addContact: 'member',
  removeFile: 'member',
  saveClient: 'member',
  chooseMails: 'reader',
  markFeedRead: 'reader',
  createApiKey: 'owner',
  revokeApiKey: 'owner',
  saveCompany: 'owner',
  removeLogo: 'owner',
  inviteUser: 'owner',
  uninviteUser: 'owner',
  changeRole: 'owner',
  removeUser: 'owner',
  createWebhook: 'owner',
  changeWebhook: 'owner',
  removeWebhook: 'owner',
  replayWebhook: 'owner',
};

/** The role a user needs for it; null where it is the client's alone. */
export function roleFor(name: CommandName): Role | null {
  const needs = NEEDS[name];
  // Whoever may only look still reads: their place in a conversation is their own.
  if (name === 'markRead') return 'reader';
  return needs === 'client' ? null : needs === 'both' ? 'member' : needs;
}

/** Which side may send it through a page. The API and the command line act for the owner. */
export function sendersOf(name: CommandName): readonly Side[] {
  const needs = NEEDS[name];
  return needs === 'client' ? ['client'] : needs === 'both' ? ['owner', 'client'] : ['owner'];
}

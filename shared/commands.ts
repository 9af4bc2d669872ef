import * as v from 'valibot';
import type { Side } from './view.ts';
import * as s from './schema.ts';
import { documentInput } from './document-input.ts';
import { MESSAGE_FILES_COUNT } from './files.ts';
import { MAIL_CHOICES } from './mail.ts';
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

/** A decision names the document, the revision it was made on and who decides. */
const decisionInput = {
  document: s.id,
  revision: v.pipe(v.number(), v.integer(), v.minValue(1)),
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
  issueDocument: v.strictObject({ document: s.id }),
  acceptDocument: v.strictObject(decisionInput),
  refuseDocument: v.strictObject(decisionInput),
  holdQuote: v.strictObject({ ...decisionInput, remindOn: v.nullable(s.day) }),
  postMessage: v.strictObject({
    document: s.id,
    /** May be empty where files say it all. */
    text: v.pipe(v.string(), v.trim(), v.maxLength(10_000)),
    notify: v.boolean(),
    /** Uploaded before, by the same sender, for a message on this document. */
    files: v.optional(v.pipe(v.array(s.id), v.maxLength(MESSAGE_FILES_COUNT)), []),
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
  addContact: v.strictObject({ document: s.id, name: s.name(200), email: s.email, language: v.nullable(s.language) }),
  removeFile: v.strictObject({ document: s.id, file: s.id }),
  chooseMails: v.strictObject({ kinds: v.array(v.picklist(MAIL_CHOICES)) }),
  createApiKey: v.strictObject({ label: v.pipe(v.string(), v.trim(), v.minLength(1, 'required'), v.maxLength(200)) }),
  revokeApiKey: v.strictObject({ key: s.id }),
  markFeedRead: v.strictObject({ upTo: s.count }),
} as const;

export type CommandName = keyof typeof COMMANDS;
export type CommandInputs = { [N in CommandName]: v.InferOutput<(typeof COMMANDS)[N]> };

/** Which side may send it through a page. The API and the command line act for the owner. */
export const SENDERS: { readonly [N in CommandName]: readonly Side[] } = {
  createDocument: ['owner'],
  reviseDocument: ['owner'],
  issueDocument: ['owner'],
  acceptDocument: ['client'],
  refuseDocument: ['client'],
  holdQuote: ['client'],
  postMessage: ['owner', 'client'],
  markRead: ['owner', 'client'],
  recordView: ['client'],
  createLink: ['owner'],
  revokeLink: ['owner'],
  sendDocument: ['owner'],
  addContact: ['owner'],
  removeFile: ['owner'],
  chooseMails: ['owner'],
  createApiKey: ['owner'],
  revokeApiKey: ['owner'],
  markFeedRead: ['owner'],
};

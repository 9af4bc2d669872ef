import * as v from 'valibot';
import { COMMANDS } from '../../../shared/commands.ts';
import * as s from '../../../shared/schema.ts';
import * as a from './answers.ts';
import { ID } from './examples.ts';
import { answerOf } from './own.ts';
import { operation, type Operation } from './table.ts';

const messageBody = v.strictObject({
  text: v.optional(v.string(), ''),
  notify: v.optional(v.boolean(), false),
  files: v.optional(v.array(s.id), []),
});
const linkBody = v.strictObject({ contact: v.optional(v.nullable(s.id), null), label: v.optional(v.nullable(v.string()), null) });
const { text: mailText, contacts: mailContacts } = COMMANDS.sendDocument.entries;
const mailBody = v.strictObject({ contacts: mailContacts, text: v.optional(mailText, '') });
const { name, email, language } = COMMANDS.addContact.entries;
const contactBody = v.strictObject({ name, email, language: v.optional(language, null) });

/** What goes out to the client of a document: messages, mails, links. */
export const sharing: readonly Operation[] = [
  operation({
    method: 'POST',
    path: '/documents/:id/messages',
    id: 'postMessage',
    family: 'sharing',
    summary: 'Write to the client',
    notes: 'With `notify`, by mail too if they have not read it after a while. `files` were uploaded before, with `for=message`.',
    role: 'member',
    body: messageBody,
    example: { text: 'Your order leaves tomorrow.', notify: true },
    status: 201,
    answer: a.newMessage,
    async run(call) {
      const result = await call.run('postMessage', { document: call.id(), ...call.body, name: null });
      return { id: String(result['message']), seq: Number(result['seq']) };
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/mails',
    id: 'sendDocument',
    family: 'sharing',
    summary: 'Send a document by mail',
    notes:
      'To contacts of the client, each with a link of their own. What becomes of the mails is in `mails` of the document, and in events.',
    role: 'member',
    body: mailBody,
    example: { contacts: [ID], text: 'As we said on the telephone.' },
    status: 202,
    answer: a.document,
    async run(call) {
      await call.run('sendDocument', { document: call.id(), ...call.body });
      return answerOf(call);
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/contacts',
    id: 'addContact',
    family: 'sharing',
    summary: 'Add a contact to the document’s client',
    notes: 'A contact who has this address already is answered.',
    role: 'member',
    body: contactBody,
    example: { name: 'Anne Martin', email: 'anne@example.com' },
    status: 201,
    answer: a.made,
    async run(call) {
      const result = await call.run('addContact', { document: call.id(), ...call.body });
      return { id: String(result['contact']) };
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/links',
    id: 'createLink',
    family: 'sharing',
    summary: 'Make a secret link to a document',
    notes: 'For one contact, or with none for whoever holds it.',
    role: 'member',
    body: linkBody,
    example: { contact: ID, label: 'For the site manager' },
    status: 201,
    answer: a.newLink,
    async run(call) {
      const result = await call.run('createLink', { document: call.id(), ...call.body });
      return { id: String(result['link']), url: call.linkUrl(String(result['link'])) };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/documents/:id/links/:link',
    id: 'revokeLink',
    family: 'sharing',
    summary: 'Revoke a link',
    notes: 'Pages that are open with it are cut.',
    role: 'member',
    async run(call) {
      await call.run('revokeLink', { document: call.id(), link: call.id('link') });
    },
  }),
];

import * as v from 'valibot';
import { COMMANDS } from '../../../shared/commands.ts';
import * as a from './answers.ts';
import { ID } from './examples.ts';
import { DOCUMENT_LIMIT } from './documents.ts';
import { draftOf } from './own.ts';
import { operation, type Operation } from './table.ts';

export const drafts: readonly Operation[] = [
  operation({
    method: 'POST',
    path: '/documents/drafts',
    id: 'draftDocument',
    family: 'drafts',
    summary: 'Begin a document',
    notes:
      'For a client in a new deal, empty or with the lines of `copy`; or from documents of one deal, with what is left of their lines. `deposit`: a deposit invoice from an accepted quote.',
    role: 'member',
    body: COMMANDS.draftDocument,
    example: { kind: 'order', from: { documents: [ID] } },
    status: 201,
    answer: a.document,
    async run(call) {
      const result = await call.run('draftDocument', call.body);
      const document = String(result['document']);
      call.ctx.set('location', `/api/v1/documents/${document}`);
      return call.intake.answer(document, call.acting.company);
    },
  }),
  operation({
    method: 'PATCH',
    path: '/documents/:id/draft',
    id: 'editDraft',
    family: 'drafts',
    summary: 'Change what is being written',
    notes: 'All of the operations, or none where somebody else has changed the same meanwhile: `draft_changed` says what stands there now.',
    role: 'member',
    body: v.strictObject({ ops: COMMANDS.editDraft.entries.ops }),
    example: { ops: [{ op: 'set', field: 'reference', before: '', after: 'PO 4711' }] },
    limit: DOCUMENT_LIMIT,
    answer: a.draft,
    async run(call) {
      await call.run('editDraft', { document: call.id(), ...call.body });
      return draftOf(call);
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/revisions/draft',
    id: 'startRevision',
    family: 'drafts',
    summary: 'Begin the next revision of a quote',
    notes: 'What is being written already is answered as it is.',
    role: 'member',
    status: 201,
    answer: a.draft,
    async run(call) {
      await call.run('startRevision', { document: call.id() });
      return draftOf(call);
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/proposals/:message',
    id: 'applyProposal',
    family: 'drafts',
    summary: 'Take over what the client asked for',
    notes: 'Puts the quantity or price of a message into the next revision, which is begun where there is none.',
    role: 'member',
    answer: a.draft,
    async run(call) {
      await call.run('applyProposal', { document: call.id(), message: call.id('message') });
      return draftOf(call);
    },
  }),
  operation({
    method: 'DELETE',
    path: '/documents/:id',
    id: 'discardDraft',
    family: 'drafts',
    summary: 'Throw a draft away',
    notes: 'Of an issued quote, only the revision that is being written. Nothing that was issued is ever deleted.',
    role: 'member',
    async run(call) {
      await call.run('discardDraft', { document: call.id() });
    },
  }),
];

import * as v from 'valibot';
import { COMMANDS } from '../../../shared/commands.ts';
import { mayAct } from '../../../shared/company.ts';
import { dayIn, KINDS, STATES } from '../../../shared/document.ts';
import { documentInput } from '../../../shared/document-input.ts';
import { Refusal } from '../../../shared/refusal.ts';
import * as s from '../../../shared/schema.ts';
import type { DocumentView } from '../../../shared/view.ts';
import { CompanySchema } from '../../entities/index.ts';
import { XML_MAX_BYTES } from '../../formats/index.ts';
import type { DocumentAnswer } from '../../views/answer.ts';
import { listDocuments } from '../../views/list.ts';
import { readBody, readJson } from '../body.ts';
import { choiceAt, contentAt } from '../older.ts';
import { sendReceipt } from '../payments-pdf.ts';
import { sendPdf } from '../pdf.ts';
import { sendSource } from '../source.ts';
import * as a from './answers.ts';
import { QUOTE } from './examples.ts';
import { answerOf, ownDocument } from './own.ts';
import { limitUpTo, wholeNumber } from './query.ts';
import { operation, type Call, type Operation } from './table.ts';

/** Of a document as JSON, in bytes. */
export const DOCUMENT_LIMIT = 5_000_000;

const flag = v.optional(v.picklist(['true', 'false'], 'boolean'), 'false');
const createQuery = v.strictObject({ issue: flag });
const listQuery = v.strictObject({
  q: v.optional(v.pipe(v.string(), v.maxLength(200))),
  kind: v.optional(v.picklist(KINDS)),
  state: v.optional(v.picklist(STATES)),
  number: v.optional(v.pipe(v.string(), v.maxLength(500))),
  deal: v.optional(s.id),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(200))),
  limit: v.optional(limitUpTo(200)),
});
const pdfQuery = v.object({ download: v.optional(v.string()), revision: v.optional(wholeNumber) });
const issueBody = v.strictObject({ version: v.optional(v.nullable(s.count), null) });

export const documents: readonly Operation[] = [
  operation({
    method: 'POST',
    path: '/documents',
    id: 'createDocument',
    family: 'documents',
    summary: 'Take in a document',
    notes:
      'As JSON, or as UBL 2.x or UN/CEFACT CII in XML. It is a draft unless `issue=true`. The very same file again makes nothing new and answers what it became before.',
    role: 'member',
    query: createQuery,
    body: documentInput,
    example: QUOTE,
    accepts: ['application/xml'],
    limit: DOCUMENT_LIMIT,
    status: 201,
    answer: a.document,
    run: createDocument,
  }),
  operation({
    method: 'GET',
    path: '/documents',
    id: 'listDocuments',
    family: 'documents',
    summary: 'List documents, the newest first',
    notes:
      '`next` is the cursor of the next page, null on the last one. `q` finds words in the client’s name or the number. `state`: a status, how far the chain has gone on, `overdue` or `expired`.',
    role: 'reader',
    query: listQuery,
    answer: a.documentList,
    async run({ parts, acting, query }) {
      const { limit, ...filter } = query;
      const company = await parts.em().findOneOrFail(CompanySchema, { id: acting.company });
      const { rows, next } = await listDocuments(parts.em(), company.id, { ...filter, limit }, dayIn(company.timeZone, parts.now()));
      return { documents: rows, next };
    },
  }),
  operation({
    method: 'GET',
    path: '/documents/:id',
    id: 'readDocument',
    family: 'documents',
    summary: 'Read a document with all that belongs to it',
    notes: 'The addresses of its links are not told to a reader’s key.',
    role: 'reader',
    answer: a.documentDetail,
    run: readDocument,
  }),
  operation({
    method: 'GET',
    path: '/documents/:id/pdf',
    id: 'readPdf',
    family: 'documents',
    summary: 'Get a document as PDF',
    notes: 'With `download`, as a file to be kept; with `revision`, as it was then.',
    role: 'reader',
    query: pdfQuery,
    sends: ['application/pdf'],
    async run(call) {
      const { view, document } = await ownDocument(call);
      findRevision(document, call.query.revision);
      await sendPdf(call.ctx, call.parts, view.company, document);
    },
  }),
  operation({
    method: 'GET',
    path: '/documents/:id/payments/:entry/receipt',
    id: 'readPaymentReceipt',
    family: 'documents',
    summary: 'Get the receipt of a payment or a refund as PDF',
    notes: '`entry`: its id in the ledger of the invoice. With `download`, as a file to be kept. Other entries have none: `not_found`.',
    role: 'reader',
    query: v.object({ download: v.optional(v.string()) }),
    sends: ['application/pdf'],
    async run(call) {
      const { view, document } = await ownDocument(call);
      if (!(await sendReceipt(call.ctx, call.parts, view, document))) throw new Refusal('not_found');
    },
  }),
  operation({
    method: 'GET',
    path: '/documents/:id/revisions/:revision',
    id: 'readRevision',
    family: 'documents',
    summary: 'Read what a document was at one of its revisions',
    notes: 'With what was decided on it, and what it changed.',
    role: 'reader',
    answer: a.revision,
    async run(call) {
      const { document } = await ownDocument(call);
      const asked = v.safeParse(wholeNumber, call.ctx.params['revision']);
      const found = asked.success ? findRevision(document, asked.output) : null;
      const content = found && (await contentAt(call.parts.em(), document.id, found.revision));
      if (!found || !content) throw new Refusal('not_found');
      const choice = found.revision === document.revision ? document.choice : choiceAt(document, found.revision, content);
      const decisions = document.decisions.filter(({ revision }) => revision === found.revision);
      return { document: document.id, ...found, content, choice, decisions };
    },
  }),
  operation({
    method: 'GET',
    path: '/documents/:id/source',
    id: 'readSource',
    family: 'documents',
    summary: 'Get the file a document came in with',
    notes: 'Byte for byte. `not_found` where it came in as JSON or was written here.',
    role: 'reader',
    sends: ['application/xml'],
    async run(call) {
      const { document } = await ownDocument(call);
      await sendSource(call.ctx, call.parts.em(), document.id);
    },
  }),
  operation({
    method: 'GET',
    path: '/documents/:id/receipts/:receipt/source',
    id: 'readReceiptSource',
    family: 'documents',
    summary: 'Get the file of a receipt advice',
    notes: '`receipt`: the how-manieth on this delivery, from 1.',
    role: 'reader',
    sends: ['application/xml'],
    async run(call) {
      const { document } = await ownDocument(call);
      const receipt = String((call.ctx.params as Record<string, string>)['receipt']);
      if (!/^[1-9]\d{0,5}$/.test(receipt)) throw new Refusal('not_found');
      await sendSource(call.ctx, call.parts.em(), document.id, Number(receipt));
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/issue',
    id: 'issueDocument',
    family: 'documents',
    summary: 'Issue a draft, or the revision that is being written',
    notes: 'It gets its number and its first link. With `version`, only as the draft was seen; otherwise `draft_changed`.',
    role: 'member',
    body: issueBody,
    example: { version: 3 },
    optional: true,
    answer: a.document,
    async run(call) {
      await call.run('issueDocument', { document: call.id(), ...call.body });
      return answerOf(call);
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/revisions',
    id: 'reviseDocument',
    family: 'documents',
    summary: 'Issue another revision of a quote',
    notes: 'Whole, under the same number. Lines keep their identity by their `id`.',
    role: 'member',
    body: documentInput,
    example: QUOTE,
    limit: DOCUMENT_LIMIT,
    status: 201,
    answer: a.document,
    async run(call) {
      await call.run('reviseDocument', { document: call.id(), content: call.body }, 'content');
      return answerOf(call);
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/withdrawal',
    id: 'withdrawQuote',
    family: 'documents',
    summary: 'Withdraw a quote',
    notes: 'The client reads the reason.',
    role: 'member',
    body: v.strictObject({ reason: v.optional(COMMANDS.withdrawQuote.entries.reason, null) }),
    example: { reason: 'Prices have changed' },
    answer: a.document,
    async run(call) {
      await call.run('withdrawQuote', { document: call.id(), ...call.body });
      return answerOf(call);
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/validity',
    id: 'extendValidity',
    family: 'documents',
    summary: 'Give a quote more time',
    notes: 'A new revision that differs in its validity alone.',
    role: 'member',
    body: v.strictObject({ validUntil: s.day }),
    example: { validUntil: '2027-01-31' },
    answer: a.document,
    async run(call) {
      await call.run('extendValidity', { document: call.id(), ...call.body });
      return answerOf(call);
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/reopening',
    id: 'reopenDocument',
    family: 'documents',
    summary: 'Let a decided document be decided on again',
    role: 'member',
    body: v.strictObject({ reason: COMMANDS.reopenDocument.entries.reason }),
    example: { reason: 'Accepted by mistake' },
    answer: a.document,
    async run(call) {
      await call.run('reopenDocument', { document: call.id(), ...call.body });
      return answerOf(call);
    },
  }),
];

async function createDocument(call: Call<v.InferOutput<typeof createQuery>, unknown>): Promise<DocumentAnswer> {
  const { ctx, intake, acting, query, key } = call;
  const how = { acting, issue: query.issue === 'true', key };
  const made = ctx.is('json')
    ? await intake.json(await readJson(ctx, DOCUMENT_LIMIT), how)
    : ctx.is('xml', 'text/xml', '+xml')
      ? await intake.xml(await readBody(ctx, XML_MAX_BYTES), how)
      : null;
  if (made === null) throw new Refusal('unsupported_media_type', { detail: 'application/json or application/xml is expected' });
  ctx.set('location', `/api/v1/documents/${made.id}`);
  return made;
}

/** The revision that is asked for, null where none is. Throws `not_found` for one that never was. */
function findRevision(document: DocumentView, asked: number | undefined): DocumentView['revisions'][number] | null {
  if (asked === undefined) return null;
  const found = document.revisions.find(({ revision }) => revision === asked);
  if (!found) throw new Refusal('not_found');
  return found;
}

async function readDocument(call: Call<null, null>): Promise<v.InferOutput<typeof a.documentDetail>> {
  const { view, document } = await ownDocument(call);
  const { owner, ...rest } = document;
  const short = await answerOf(call);
  // Whoever has a link may decide through it: those who only look are not told where it leads.
  const open = mayAct(call.role, 'member');
  return {
    ...short,
    link: open ? short.link : null,
    ...rest,
    links: owner?.links.map((link) => ({ ...link, url: open && link.revokedAt === null ? call.linkUrl(link.id) : null })) ?? [],
    mails: owner?.mails ?? [],
    views: owner?.views ?? { count: 0, last: null, visits: [] },
    source: owner?.source ?? null,
    draft: owner?.draft ?? null,
    client: view.client,
    messages: view.messages.filter((message) => message.document === document.id),
  };
}

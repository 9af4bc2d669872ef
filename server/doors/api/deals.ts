import type * as v from 'valibot';
import { chainOf, type Chain } from '../../../shared/chain.ts';
import { Refusal } from '../../../shared/refusal.ts';
import type { DocumentView } from '../../../shared/view.ts';
import { DealSchema } from '../../entities/index.ts';
import { dealView } from '../../views/deal.ts';
import * as a from './answers.ts';
import { operation, type Operation } from './table.ts';

export const deals: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/deals/:id',
    id: 'readDeal',
    family: 'deals',
    summary: 'Read a chain: its documents in order, and what is left of their lines',
    notes: '`deal` of any document leads here. `left`: how much a new document of each kind may still take from a line.',
    role: 'reader',
    answer: a.deal,
    async run(call) {
      const { parts, acting } = call;
      const id = call.id();
      const own = await parts.em().count(DealSchema, { id, company: acting.company });
      const view = own === 0 ? null : await dealView(parts.em(), id, 'owner');
      if (view === null) throw new Refusal('not_found');
      const chain = chainOf(
        view.documents.map(({ id: document, kind, status, content, choice }) => ({
          id: document,
          kind,
          status,
          lines: content.lines,
          chosen: choice?.lines ?? [],
          deposit: content.deposit !== null,
        })),
      );
      return {
        id: view.deal,
        client: view.client,
        people: view.people,
        documents: view.documents.map((document) => chainDocument(document, chain)),
      };
    },
  }),
];

function chainDocument(document: DocumentView, chain: Chain): v.InferOutput<typeof a.chainDocument> {
  const { id, kind, number, revision, status, progress, follows, content, paid, credited, due } = document;
  const { issueDate, validUntil, dueDate, currency, totals } = content;
  return {
    id,
    kind,
    number,
    revision,
    status,
    progress,
    follows,
    issueDate,
    validUntil,
    dueDate,
    currency,
    totals: { net: totals?.net ?? null, vat: totals?.vat ?? null, gross: totals?.gross ?? null, paid, credited, due },
    lines: content.lines
      .filter((line) => line.type === 'item')
      .map((line) => ({
        id: line.id,
        description: line.description,
        quantity: line.quantity,
        unit: line.unit,
        from: line.from,
        ...chain.taken(line.id),
        left: {
          order: chain.left(line.id, 'order'),
          delivery: chain.left(line.id, 'delivery'),
          invoice: chain.left(line.id, 'invoice'),
          credit_note: chain.left(line.id, 'credit_note'),
        },
      })),
  };
}

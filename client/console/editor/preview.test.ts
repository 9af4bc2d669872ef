import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Totals } from '../../../shared/document.ts';
import type { DocumentView } from '../../../shared/view.ts';
import { contentNow, documentNow } from './preview.ts';
import { body, line } from './testing.ts';

/** An issued quote of which a revision is written; of its two options the client has chosen both. */
const quote = {
  id: 'q',
  kind: 'quote',
  status: 'issued',
  revision: 1,
  content: { buyer: { contact: null }, adjustments: [], totals: null, deposit: null, payment: null, mentions: [], references: [] },
  choice: { lines: ['b', 'c'], vat: [], totals: { due: 1 } as Totals },
} as unknown as DocumentView;

const priced = (id: string, optional: boolean) => ({
  ...line(id, id),
  quantity: '1',
  unitPrice: '100',
  vatCategory: 'S',
  vatRate: '20',
  optional,
});

function preview(...lines: ReturnType<typeof priced>[]): DocumentView {
  const written = { ...body(), lines };
  return documentNow(quote, contentNow({ document: quote, body: written, contacts: [], today: '2026-11-24', rules: null }));
}

test('a revision comes to what it will come to: the options the client has chosen count as long as they are options', () => {
  const both = preview(priced('a', false), priced('b', true), priced('c', true));
  assert.equal(both.choice?.lines, ['b', 'c']);
  assert.is(both.choice?.totals.gross, 36_000);
  assert.is(both.due, 36_000);
  const one = preview(priced('a', false), priced('b', false), priced('c', true), priced('d', true));
  assert.equal(one.choice?.lines, ['c']);
  assert.is(one.due, 36_000, 'what is no option any more counts anyway, a new option does not');
});

test('without options there is nothing to choose', () => {
  const none = preview(priced('a', false));
  assert.is(none.choice, null);
  assert.is(none.due, 12_000);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Kind, Line, Status } from '../../../shared/document.ts';
import type { DocumentView } from '../../../shared/view.ts';
import { actsOf, sourcesFor } from './actions.ts';

const TODAY = '2026-11-24';

function doc(
  id: string,
  kind: Kind,
  status: Status,
  more: Partial<DocumentView> & { from?: [string, string]; quantity?: string } = {},
): DocumentView {
  const { from, quantity = '10', ...rest } = more;
  const line = { id: `${id}1`, type: 'item', optional: false, quantity, from: from ? { document: from[0], line: from[1] } : null } as Line;
  const content = { lines: [line], deposit: null, validUntil: kind === 'quote' ? '2026-12-24' : null };
  return {
    id,
    kind,
    status,
    content,
    choice: null,
    follows: from?.[0] ?? null,
    owner: { draft: null },
    ...rest,
  } as unknown as DocumentView;
}

const acts = (document: DocumentView, ...others: DocumentView[]) => {
  const { primary, others: rest } = actsOf(document, [document, ...others], TODAY);
  return [primary, ...rest];
};

test('what comes next leads', () => {
  assert.equal(acts(doc('q', 'quote', 'accepted')), ['order', 'invoice', 'deposit', 'reopen', 'copy']);
  assert.equal(acts(doc('o', 'order', 'accepted')), ['delivery', 'invoice', 'reopen', 'copy']);
  assert.equal(acts(doc('d', 'delivery', 'accepted_with_reserves')), ['invoice', 'reopen', 'copy']);
  assert.equal(acts(doc('i', 'invoice', 'paid')), [null, 'record', 'credit_note', 'copy']);
  assert.equal(acts(doc('c', 'credit_note', 'issued')), [null]);
  assert.equal(acts(doc('x', 'invoice', 'draft')), [null]);
});

test('an open quote can be changed, one that is held, refused or expired wants to be', () => {
  assert.equal(acts(doc('q', 'quote', 'issued')), [null, 'revise', 'extend', 'extendTo', 'withdraw', 'copy']);
  assert.equal(acts(doc('q', 'quote', 'on_hold')), ['revise', 'extend', 'extendTo', 'withdraw', 'copy']);
  assert.equal(acts(doc('q', 'quote', 'refused')), ['revise', 'reopen', 'copy']);
  assert.equal(acts(doc('q', 'quote', 'withdrawn')), [null, 'reopen', 'copy']);
  const expired = doc('q', 'quote', 'issued');
  expired.content.validUntil = '2026-11-01';
  assert.equal(acts(expired), ['extend', 'revise', 'extendTo', 'withdraw', 'copy']);
  const begun = doc('q', 'quote', 'issued', { owner: { draft: { version: 1 } } as unknown as DocumentView['owner'] });
  assert.equal(acts(begun)[0], 'continueRevision');
});

test('nothing is offered of which nothing is left, and what goes on is not reopened', () => {
  const order = doc('o', 'order', 'accepted');
  const delivery = doc('d', 'delivery', 'accepted', { from: ['o', 'o1'] });
  const invoice = doc('i', 'invoice', 'issued', { from: ['d', 'd1'] });
  assert.equal(acts(order, delivery, invoice), [null, 'copy']);
  assert.equal(acts(order, doc('d', 'delivery', 'draft', { from: ['o', 'o1'] })), ['delivery', 'invoice', 'copy']);
});

test('an order is invoiced by its deliveries, where there are any', () => {
  const order = doc('o', 'order', 'accepted');
  const [one, two] = ['d', 'e'].map((id) => doc(id, 'delivery', 'issued', { from: ['o', 'o1'], quantity: '4' }));
  if (!one || !two) throw new Error('no deliveries');
  assert.equal(sourcesFor(order, [order], 'invoice').chosen, ['o']);
  const sources = sourcesFor(order, [order, one, two], 'invoice');
  assert.equal(
    [sources.all.map(({ id }) => id), sources.chosen],
    [
      ['o', 'd', 'e'],
      ['d', 'e'],
    ],
  );
  assert.equal(sourcesFor(two, [order, one, two], 'invoice').chosen, ['e']);
  assert.equal(sourcesFor(order, [order, one], 'delivery').chosen, ['o']);
});

test.run();

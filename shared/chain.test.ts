import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { canFollow, chainOf, type ChainDocument } from './chain.ts';
import type { Kind, Line, Status } from './document.ts';

function line(id: string, quantity: string | null, from: [string, string] | null = null, more: Partial<Line> = {}): Line {
  const plain = { description: id, details: [], unit: null, unitPrice: null, priceBase: '1', adjustments: [], net: null, vat: null };
  const source = from && { document: from[0], line: from[1] };
  return { id, type: 'item', optional: false, number: '1', quantity, ...plain, from: source, backorder: null, ...more };
}

function doc(id: string, kind: Kind, lines: Line[], more: Partial<ChainDocument> = {}): ChainDocument {
  return { id, kind, status: 'issued', lines, chosen: [], deposit: false, ...more };
}

const quote = doc('q', 'quote', [line('q1', '100')], { status: 'accepted' });
const order = doc('o', 'order', [line('o1', '100', ['q', 'q1'])]);
const delivery = doc('d', 'delivery', [line('d1', '90', ['o', 'o1'])]);

test('what is taken is counted along the whole chain', () => {
  const invoice = doc('i', 'invoice', [line('i1', '60', ['d', 'd1'])]);
  const credit = doc('c', 'credit_note', [line('c1', '10', ['i', 'i1'])]);
  const chain = chainOf([quote, order, delivery, invoice, credit]);
  assert.equal(chain.taken('q1'), { ordered: '100', delivered: '90', invoiced: '50', credited: '0' });
  assert.equal(chain.taken('d1'), { ordered: '0', delivered: '0', invoiced: '50', credited: '0' });
  assert.equal(chain.taken('i1').credited, '10');
  assert.equal([chain.left('o1', 'delivery'), chain.left('o1', 'invoice'), chain.left('d1', 'invoice')], ['10', '50', '40']);
  assert.equal([chain.left('q1', 'order'), chain.left('i1', 'credit_note')], ['0', '50']);
  assert.equal(
    ['q', 'o', 'd'].map((id) => chain.progress(id)),
    ['partly_invoiced', 'partly_invoiced', 'partly_invoiced'],
  );
});

test('an invoice from the order and one from its delivery count together', () => {
  const direct = doc('i', 'invoice', [line('i1', '60', ['o', 'o1'])]);
  const second = doc('j', 'invoice', [line('j1', '90', ['d', 'd1'])]);
  const chain = chainOf([order, delivery, direct, second]);
  assert.equal(chain.exceeded('j'), [{ line: 'j1', most: '40' }]);
  assert.is(chainOf([order, delivery, direct]).left('d1', 'invoice'), '40', 'less than was delivered: the order is the limit');
});

test('what of a quote was ordered goes on from its order alone, and nothing is left that is less than nothing', () => {
  const more = doc('o', 'order', [line('o1', '130', ['q', 'q1'])]);
  assert.equal([chainOf([quote, more]).left('q1', 'order'), chainOf([quote, more]).open('q1', 'order')], ['0', '0']);
  const part = doc('o', 'order', [line('o1', '70', ['q', 'q1'])]);
  const chain = chainOf([quote, part]);
  assert.equal(
    [chain.left('q1', 'invoice'), chain.open('q1', 'invoice'), chain.open('q1', 'delivery'), chain.open('o1', 'invoice')],
    ['100', '30', '30', '70'],
  );
  const past = doc('i', 'invoice', [line('i1', '40', ['q', 'q1'])]);
  assert.equal(chainOf([quote, part, past]).exceeded('i'), [{ line: 'i1', most: '30' }]);
  const within = doc('i', 'invoice', [line('i1', '30', ['q', 'q1'])]);
  assert.equal(chainOf([quote, part, within]).exceeded('i'), []);
});

test('what was invoiced another way is invoiced: of an order by its quote, of a delivery by its order', () => {
  const early = doc('i', 'invoice', [line('i1', '40', ['q', 'q1'])]);
  const rest = doc('j', 'invoice', [line('j1', '60', ['o', 'o1'])]);
  const before = chainOf([quote, early, order]);
  assert.equal([before.taken('o1').invoiced, before.left('o1', 'invoice'), before.progress('o')], ['40', '60', 'partly_invoiced']);
  const after = chainOf([quote, early, order, rest]);
  assert.equal([after.taken('o1').invoiced, after.progress('o'), after.progress('q')], ['100', 'invoiced', 'invoiced']);
  const whole = doc('i', 'invoice', [line('i1', '100', ['o', 'o1'])]);
  const all = chainOf([order, delivery, whole]);
  assert.equal([all.taken('d1').invoiced, all.progress('d')], ['90', 'invoiced']);
});

test('what several sources give together is never more than their order has left', () => {
  const direct = doc('i', 'invoice', [line('i1', '30', ['o', 'o1'])]);
  const halves = ['d', 'e'].map((id) => doc(id, 'delivery', [line(`${id}1`, '50', ['o', 'o1'])]));
  const chain = chainOf([order, ...halves, direct]);
  assert.equal(
    [...chain.share(['d1', 'e1'], 'invoice')],
    [
      ['d1', '50'],
      ['e1', '20'],
    ],
  );
  assert.equal([...chain.share(['e1'], 'invoice')], [['e1', '50']]);
});

test('of more than was quoted, all that was ordered is to be invoiced; of a refused delivery nothing is', () => {
  const orders = ['o', 'p'].map((id, i) => doc(id, 'order', [line(`${id}1`, i === 0 ? '50' : '100', ['q', 'q1'])]));
  const one = doc('i', 'invoice', [line('i1', '100', ['p', 'p1'])]);
  assert.equal(
    [chainOf([quote, ...orders, one]).progress('q'), chainOf([quote, ...orders, one]).left('q1', 'invoice')],
    ['partly_invoiced', '50'],
  );
  const refused = { ...delivery, status: 'refused' as const };
  const all = doc('i', 'invoice', [line('i1', '100', ['o', 'o1'])]);
  assert.equal([chainOf([order, refused, all]).progress('d'), chainOf([order, refused, all]).taken('d1').invoiced], [null, '0']);
});

test('what is refused, withdrawn or only a draft does not count', () => {
  for (const status of ['refused', 'draft', 'withdrawn'] satisfies Status[]) {
    const chain = chainOf([order, { ...delivery, status }]);
    assert.equal([chain.left('o1', 'delivery'), chain.progress('o')], ['100', null], status);
  }
  assert.is(chainOf([order, { ...delivery, status: 'accepted_with_reserves' }]).left('o1', 'delivery'), '10');
});

test('what was invoiced of a delivery that was then refused is still invoiced', () => {
  const refused = { ...delivery, status: 'refused' as const };
  const invoice = doc('i', 'invoice', [line('i1', '90', ['d', 'd1'])]);
  const chain = chainOf([order, refused, invoice]);
  assert.equal([chain.left('o1', 'delivery'), chain.left('o1', 'invoice'), chain.progress('o')], ['100', '10', 'partly_invoiced']);
  const again = doc('j', 'invoice', [line('j1', '100', ['o', 'o1'])]);
  assert.is(chainOf([order, refused, invoice, again]).exceeded('j').length, 1);
});

test('optional lines that were not chosen are not there to be taken', () => {
  const lines = [line('q1', '1'), line('q2', '2', null, { optional: true })];
  const open = doc('q', 'quote', lines, { status: 'accepted' });
  assert.is(chainOf([open]).left('q2', 'order'), '0');
  assert.is(chainOf([{ ...open, chosen: ['q2'] }]).left('q2', 'order'), '2');
  const ordered = doc('o', 'order', [line('o1', '1', ['q', 'q1'])]);
  assert.is(chainOf([open, ordered]).progress('q'), 'ordered');
});

test('of a quote of which more was ordered, what was ordered can be delivered', () => {
  const more = doc('o', 'order', [line('o1', '120', ['q', 'q1'])]);
  const all = doc('d', 'delivery', [line('d1', '120', ['o', 'o1'])]);
  const chain = chainOf([quote, more, all]);
  assert.equal([chain.exceeded('d'), chain.progress('o')], [[], 'delivered']);
});

test('what is taken back has a negative quantity, and limits in its own direction', () => {
  const back = doc('o', 'order', [line('o1', '-2')]);
  const two = doc('d', 'delivery', [line('d1', '-2', ['o', 'o1'])]);
  const three = doc('d', 'delivery', [line('d1', '-3', ['o', 'o1'])]);
  const wrong = doc('d', 'delivery', [line('d1', '1', ['o', 'o1'])]);
  assert.equal([chainOf([back, two]).exceeded('d'), chainOf([back, two]).progress('o')], [[], 'delivered']);
  assert.is(chainOf([back, three]).exceeded('d').length, 1);
  assert.is(chainOf([back, wrong]).exceeded('d').length, 1);
});

test('a deduction of a deposit takes no quantities, and is credited on its own', () => {
  const deposit = doc('a', 'invoice', [line('a1', '1')], { deposit: true });
  const final = doc('i', 'invoice', [line('i1', '100', ['o', 'o1']), line('i2', '-1', ['a', 'a1'])]);
  const chain = chainOf([order, deposit, final]);
  assert.equal([chain.exceeded('i'), chain.left('i2', 'credit_note'), chain.left('a1', 'credit_note')], [[], '-1', '1']);
  assert.is(chain.taken('a1').invoiced, '0');
});

test('lines without quantities, unknown lines and circles break nothing', () => {
  const odd = doc('x', 'order', [line('x1', null), line('x2', '1', ['y', 'y1'])]);
  const circle = doc('y', 'order', [line('y1', '1', ['x', 'x2'])]);
  const chain = chainOf([odd, circle]);
  assert.equal([chain.left('x1', 'delivery'), chain.left('nothing', 'delivery')], [null, null]);
  assert.equal(chain.taken('nothing').invoiced, '0');
});

test('what may follow what', () => {
  assert.is(canFollow({ kind: 'quote', status: 'issued' }, 'order'), false);
  assert.is(canFollow({ kind: 'quote', status: 'accepted' }, 'order'), true);
  assert.is(canFollow({ kind: 'order', status: 'issued' }, 'delivery'), true);
  assert.is(canFollow({ kind: 'order', status: 'refused' }, 'delivery'), false);
  assert.is(canFollow({ kind: 'order', status: 'issued' }, 'credit_note'), false);
  assert.is(canFollow({ kind: 'invoice', status: 'paid' }, 'credit_note'), true);
  assert.is(canFollow({ kind: 'invoice', status: 'draft' }, 'credit_note'), false);
});

test.run();

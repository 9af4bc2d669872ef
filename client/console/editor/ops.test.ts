import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { applyOps, type DraftOp } from '../../../shared/draft.ts';
import { overlaid, withOp } from './ops.ts';
import { body, line } from './testing.ts';

const set = (before: string, after: string): DraftOp => ({ op: 'set', field: 'reference', before, after });
const words = (id: string, before: string, after: string): DraftOp => ({ op: 'line', line: id, field: 'description', before, after });
const all = (...ops: DraftOp[]) => ops.reduce<DraftOp[]>(withOp, []);

test('what is written twice while it waits goes once, from what was seen first to what was written last', () => {
  assert.equal(all(set('', 'a'), words('1', 'one', 'uno'), set('a', 'ab')), [set('', 'ab'), words('1', 'one', 'uno')]);
  assert.equal(all(set('', 'a'), set('a', '')), [], 'back to what it was');
  assert.equal(all(set('a', 'a')), []);
});

test('what is written in a line that waits to be there is in the line', () => {
  const insert: DraftOp = { op: 'insert', line: line('9', ''), after: '1' };
  assert.equal(all(insert, words('9', '', 'nine')), [{ ...insert, line: line('9', 'nine') }]);
});

test('a line that only waited to be there leaves nothing, and what stood behind it stands where it stood', () => {
  const remove: DraftOp = { op: 'remove', line: line('9', 'nine') };
  const ops = all(
    { op: 'insert', line: line('9', ''), after: '1' },
    { op: 'insert', line: line('10', ''), after: '9' },
    words('9', '', 'nine'),
    { op: 'move', line: '2', after: '9' },
    remove,
  );
  assert.equal(ops, [
    { op: 'insert', line: line('10', ''), after: '1' },
    { op: 'move', line: '2', after: '1' },
  ]);
});

test('a line that is removed needs nothing else said of it', () => {
  const remove: DraftOp = { op: 'remove', line: line('1', 'one') };
  assert.equal(all(words('1', 'one', 'uno'), { op: 'move', line: '1', after: '2' }, remove), [remove]);
});

test('a line on its way is moved once; a new one is put where it ends', () => {
  const to = (after: string | null): DraftOp => ({ op: 'move', line: '1', after });
  assert.equal(all(to('2'), to('3')), [to('3')]);
  assert.equal(all({ op: 'insert', line: line('9', ''), after: '1' }, { op: 'move', line: '9', after: null }), [
    { op: 'insert', line: line('9', ''), after: null },
  ]);
});

test('what waits, merged or not, makes the same draft', () => {
  const start = body('1', '2', '3');
  const ops: DraftOp[] = [
    words('1', '1', 'a'),
    { op: 'insert', line: line('9', ''), after: '2' },
    words('9', '', 'nine'),
    words('1', 'a', 'b'),
    { op: 'move', line: '3', after: null },
    set('', 'x'),
    { op: 'remove', line: line('2', '2') },
    { op: 'move', line: '3', after: '9' },
  ];
  const merged = applyOps(start, all(...ops));
  assert.equal(merged.conflicts, []);
  assert.equal(merged.body, applyOps(start, ops).body);
});

test('one’s own words stand over what the server has; what fits no more is left out', () => {
  const now = { ...body('1', '2'), reference: 'theirs' };
  const over = overlaid(now, [set('', 'mine'), words('7', '', 'gone'), { op: 'remove', line: line('1', 'older') }]);
  assert.is(over.reference, 'mine');
  assert.equal(
    over.lines.map(({ id }) => id),
    ['2'],
  );
  assert.is(now.lines.length, 2, 'nothing changed in place');
});

test.run();

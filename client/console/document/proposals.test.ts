import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DocumentView, Proposal } from '../../../shared/view.ts';
import { answerTo, writtenSince } from './proposals.ts';

const TODAY = '2026-11-24';
const ASKED = { what: 'line', revision: 1, line: 'a', description: 'Pose', quantity: '3', unitPrice: null } as const satisfies Proposal;

/** A quote with one line, and what stands of it in the prepared revision. */
function quote(quantity: string, draft: string | null = null, more: Partial<DocumentView> = {}): DocumentView {
  const line = (quantity: string) => ({ id: 'a', quantity, unitPrice: '10' });
  return {
    kind: 'quote',
    status: 'issued',
    revision: 1,
    revisions: [],
    content: { lines: [line(quantity)], validUntil: '2026-12-01' },
    owner: { draft: draft === null ? null : { version: 1, body: { lines: [line(draft)] } } },
    ...more,
  } as unknown as DocumentView;
}

test('what a client asks for is offered until it stands there', () => {
  assert.is(answerTo(ASKED, quote('2'), TODAY), 'apply');
  assert.is(answerTo(ASKED, quote('2', '2'), TODAY), 'apply');
  assert.is(answerTo(ASKED, quote('2', '3.00'), TODAY), 'taken', 'in the prepared revision');
  assert.is(answerTo(ASKED, quote('3', null, { revision: 2 }), TODAY), 'taken', 'in the issued one');
  assert.is(answerTo(ASKED, quote('2', null, { revision: 2 }), TODAY), 'revised', 'in another way');
  assert.is(answerTo(ASKED, quote('2', null, { status: 'refused' }), TODAY), 'apply');
  assert.is(answerTo(ASKED, quote('2', null, { status: 'accepted' }), TODAY), null);
  assert.is(answerTo({ ...ASKED, line: 'gone' }, quote('2'), TODAY), null);
  assert.is(answerTo({ ...ASKED, unitPrice: '9' }, quote('2', '3'), TODAY), 'apply', 'only a part of it');
});

test('more time is given as long as it is more', () => {
  const until = (day: string | null, more: Partial<DocumentView> = {}) =>
    answerTo({ what: 'validity', revision: 1, until: day }, quote('2', null, more), TODAY);
  assert.equal([until('2026-12-24'), until('2026-12-01'), until(null)], ['extend', null, 'extend']);
  const moved = (field: 'validUntil' | 'notes') => ({
    revision: 2,
    revisions: [{ revision: 2, issuedAt: '', changes: [{ what: 'field_changed' as const, field, before: null, after: '2026-12-31' }] }],
  });
  assert.equal([until(null, moved('notes')), until(null, moved('validUntil'))], ['extend', null], 'no day was named: any more is more');
  assert.is(until(null, { status: 'accepted' }), null);
});

test('what somebody has written since is not overwritten without a word', () => {
  assert.equal(writtenSince(ASKED, quote('2')), []);
  assert.equal(writtenSince(ASKED, quote('2', '2.0')), []);
  assert.equal(writtenSince(ASKED, quote('2', '5')), [{ field: 'quantity', now: '5' }]);
  assert.equal(writtenSince({ ...ASKED, unitPrice: '9' }, quote('2', '3')), [], 'what was asked for, or what was seen');
  assert.equal(writtenSince(ASKED, quote('2', 'deux')), [{ field: 'quantity', now: 'deux' }]);
});

test.run();

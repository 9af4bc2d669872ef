import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DealView, Side } from '../../shared/view.ts';
import { check } from './checker.ts';
import type { EventFact, Facts } from './facts.ts';
import type { Entry, Happened } from './history.ts';

/** The checker over histories made by hand: a good one, and one for each thing that can be wrong with it. */

const event = (seq: number, more: Partial<EventFact>): EventFact => ({
  seq,
  deal: 'd',
  dealSeq: seq,
  type: 'message.posted',
  audience: 'everyone',
  document: 'q',
  data: {},
  ...more,
});

/** Only what the checker looks at. */
const view = (side: Side, seq: number, messages: string[]) =>
  ({ deal: 'd', side, seq, messages: messages.map((id) => ({ id })) }) as unknown as DealView;

const decision = { document: 'q', revision: 1, name: 'Anne' };

/**
 * A quote is issued, Anne writes `m1` and accepts, for which the owner and she get a mail each; an invoice is issued and paid. Both sides look
 * at the deal of the quote.
 */
function good(): { history: Happened[]; facts: Facts } {
  const facts: Facts = {
    companies: [{ id: 'c', seq: 6 }],
    deals: [
      { id: 'd', seq: 4 },
      { id: 'e', seq: 2 },
    ],
    events: [
      event(1, { type: 'document.issued', data: { document: { revision: 1 } } }),
      event(2, { type: 'link.created', audience: 'owner' }),
      event(3, { data: { message: 'm1' } }),
      event(4, { type: 'document.accepted', data: { decision: { revision: 1 } } }),
      event(5, { type: 'payment.started', deal: 'e', dealSeq: 1, document: 'i', data: { checkout: { id: 'p', state: 'open' } } }),
      event(6, { type: 'payment.received', deal: 'e', dealSeq: 2, document: 'i' }),
    ],
    records: [
      { actor: 'link:l', id: 'm1', seq: 3, result: { message: 'm1' } },
      { actor: 'link:l', id: 'a1', seq: 4, result: { document: 'q' } },
      { actor: 'key:k', id: 'i1', seq: 1, result: { document: 'i' } },
    ],
    messages: [{ id: 'm1', deal: 'd', seq: 3, text: 'Hello' }],
    documents: [
      { id: 'q', deal: 'd', kind: 'quote', number: 'Q-1', origin: null, status: 'accepted', revision: 1, paid: 0 },
      { id: 'i', deal: 'e', kind: 'invoice', number: 'I-1', origin: null, status: 'paid', revision: 1, paid: 500 },
    ],
    decisions: [{ id: 'x', document: 'q', revision: 1, action: 'accept', name: 'Anne' }],
    mails: [
      {
        id: 'm',
        kind: 'decision',
        about: { decision: 'x' },
        document: 'q',
        address: 'owner@example.com',
        messageId: 'r.1',
        state: 'delivered',
      },
      {
        id: 'n',
        kind: 'acknowledgement',
        about: { decision: 'x' },
        document: 'q',
        address: 'anne@example.com',
        messageId: 'r.2',
        state: 'delivered',
      },
    ],
    payments: [{ id: 'y', document: 'i', kind: 'payment', amount: 500, external: 'ch_1', checkout: 'p' }],
    checkouts: [{ id: 'p', document: 'i', state: 'paid', amount: 500 }],
    counters: [
      { kind: 'quote', year: 2026, last: 1 },
      { kind: 'invoice', year: 2026, last: 1 },
    ],
    evidence: [{ sha256: 'f', decisions: 1 }],
  };
  const history: Happened[] = [
    { what: 'sent', who: 'program', id: 'i1', name: 'createDocument', input: {} },
    { what: 'acknowledged', who: 'program', id: 'i1', seq: null, result: { document: 'i' } },
    { what: 'opened', who: 'owner', deal: 'd', side: 'owner', from: 1 },
    { what: 'opened', who: 'anne', deal: 'd', side: 'client', from: 1 },
    { what: 'sent', who: 'anne', id: 'm1', name: 'postMessage', input: { document: 'q' } },
    { what: 'received', who: 'owner', to: 3, seqs: [2, 3] },
    { what: 'received', who: 'anne', to: 3, seqs: [3] },
    { what: 'acknowledged', who: 'anne', id: 'm1', seq: 3, result: { message: 'm1' } },
    { what: 'sent', who: 'anne', id: 'a1', name: 'acceptDocument', input: decision },
    { what: 'acknowledged', who: 'anne', id: 'a1', seq: 4, result: { document: 'q' } },
    { what: 'received', who: 'owner', to: 4, seqs: [4] },
    { what: 'received', who: 'anne', to: 4, seqs: [4] },
    { what: 'charged', charge: 'ch_1', document: 'i', amount: 500 },
    { what: 'fresh', view: view('owner', 4, ['m1']) },
    { what: 'fresh', view: view('client', 4, ['m1']) },
    { what: 'left', who: 'owner', cursor: 4, view: view('owner', 4, ['m1']), early: false },
    { what: 'left', who: 'anne', cursor: 4, view: view('client', 4, ['m1']), early: false },
    { what: 'mailed', messageId: '<r.1>', to: 'owner@example.com', sha256: '1', accepted: true },
    { what: 'mailed', messageId: '<r.2>', to: 'anne@example.com', sha256: '2', accepted: true },
    { what: 'mails awaited' },
    { what: 'ended', server: 'A', code: 'SIGKILL', wanted: true },
    { what: 'stopped', server: 'B', code: 0, ms: 900, untold: [] },
    { what: 'measured', thing: 'an answer', value: 100, most: 100, unit: 'ms' },
    { what: 'observed', thing: 'a bad signature', is: '400', wanted: '400' },
    { what: 'offered', file: 'f', name: 'plan.pdf', sent: 'abc', got: 'abc' },
  ];
  return { history, facts };
}

const checked = ({ history, facts }: ReturnType<typeof good>) =>
  check(
    history.map((happened, at): Entry => ({ at, ...happened })),
    facts,
  );

test('a promise that was kept', () => {
  assert.equal(checked(good()), []);
});

type Change = (told: ReturnType<typeof good>) => void;
/** The first of a kind of happening, to be changed. */
const first = <W extends Happened['what']>({ history }: { history: Happened[] }, what: W) =>
  history.find((one): one is Extract<Happened, { what: W }> => one.what === what) as {
    -readonly [K in keyof Extract<Happened, { what: W }>]: Extract<Happened, { what: W }>[K];
  };
const drop = (told: { history: Happened[] }, fits: (one: Happened) => boolean) =>
  void (told.history = told.history.filter((one) => !fits(one)));

const WRONG: readonly [string, Change, RegExp][] = [
  ['acknowledged and lost', ({ facts }) => void facts.records.shift(), /^acknowledged and lost: postMessage m1 of anne/],
  ['its row lost, its record not', ({ facts }) => void facts.messages.shift(), /an event tells of message m1, which is not there/],
  [
    'only its memory left',
    ({ facts }) => {
      facts.messages.shift();
      facts.events.splice(2, 1);
    },
    /^acknowledged and lost: what postMessage m1/,
  ],
  ['its event lost', ({ facts }) => void facts.events.splice(2, 1), /message m1 is told of by 0 events/],
  [
    'told twice',
    ({ facts }) => void facts.events.push(event(7, { dealSeq: 5, data: { message: 'm1' } })),
    /message m1 is told of by 2 events/,
  ],
  [
    'recorded twice',
    ({ facts }) => void facts.records.push({ actor: 'user:u', id: 'm1', seq: 3, result: {} }),
    /^done twice: postMessage m1/,
  ],
  [
    'made without its command',
    ({ facts }) => void facts.messages.push({ id: 'm2', deal: 'd', seq: 4, text: '' }),
    /nobody sent it: message m2/,
  ],
  [
    'another sequence',
    ({ facts }) => facts.records.splice(0, 1, { actor: 'link:l', id: 'm1', seq: 9, result: {} }),
    /was answered 3 and recorded at 9/,
  ],
  [
    'answered twice, differently',
    ({ history }) => void history.push({ what: 'acknowledged', who: 'anne', id: 'm1', seq: 5, result: {} }),
    /^answered twice, differently: postMessage m1/,
  ],
  [
    'refused and done',
    (told) => {
      drop(told, (one) => one.what === 'acknowledged' && one.id === 'm1');
      told.history.push({ what: 'refused', who: 'anne', id: 'm1', code: 'id_reused', data: {} });
    },
    /^refused and done: postMessage m1 of anne was refused \(id_reused\)/,
  ],
  ['never answered', (told) => drop(told, (one) => one.what === 'acknowledged' && one.id === 'm1'), /^never answered: postMessage m1/],
  ['a document that nobody was told of', ({ facts }) => void facts.records.pop(), /document I-1 is there and was told to nobody/],
  [
    'a gap in the company’s log',
    ({ facts }) => void facts.events.forEach((one) => one.seq > 4 && (one.seq += 1)),
    /the company’s log is broken: 6 stands where 5/,
  ],
  [
    'a gap in a deal’s log',
    ({ facts }) => Object.assign(facts.events[3] ?? {}, { dealSeq: 5 }),
    /the log of deal d is broken: 5 stands where 4/,
  ],
  [
    'a counter beyond the log',
    ({ facts }) => Object.assign(facts.deals[1] ?? {}, { seq: 3 }),
    /the log of deal e ends at 2, its counter stands at 3/,
  ],
  ['a gap on a page', (told) => Object.assign(first(told, 'received'), { seqs: [3] }), /^owner never took 2/],
  ['twice on a page', (told) => Object.assign(first(told, 'received'), { seqs: [2, 3, 3] }), /^owner took 3 twice/],
  ['in disorder on a page', (told) => Object.assign(first(told, 'received'), { seqs: [3, 2] }), /^owner took 2 after 3/],
  [
    'told to the wrong side',
    (told) => told.history.splice(6, 1, { what: 'received', who: 'anne', to: 3, seqs: [2, 3] }),
    /^anne took 2, which is not in the log for it/,
  ],
  [
    'not caught up',
    (told) => {
      drop(told, (one) => one.what === 'received' && one.who === 'anne' && one.to === 4);
      told.history.push({ what: 'left', who: 'anne', cursor: 3, view: null, early: false });
    },
    /^anne did not catch up: it stands at 3 of 4/,
  ],
  [
    'something else on a page',
    (told) => Object.assign(first(told, 'left'), { view: view('owner', 4, ['m2']) }),
    /shows something else.*\/messages\/0\/id is "m2", not "m1"/,
  ],
  [
    'both decisions',
    ({ facts }) => facts.events.push(event(7, { dealSeq: 5, type: 'document.refused', data: { decision: { revision: 1 } } })),
    /refuse after accept/,
  ],
  [
    'a decision on an old revision',
    ({ facts }) => facts.events.splice(1, 1, event(2, { type: 'document.revised', data: { document: { revision: 2 } } })),
    /accept of revision 1 when it was at revision 2/,
  ],
  [
    'a decision recorded otherwise',
    ({ facts }) => Object.assign(facts.decisions[0] ?? {}, { revision: 2 }),
    /accept of revision 1 of document q was acknowledged and is recorded otherwise/,
  ],
  [
    'a decision nobody was told of',
    ({ facts }) => facts.decisions.push({ id: 'z', document: 'q', revision: 1, action: 'refuse', name: 'Bert' }),
    /document q has 2 decisions and 1 events of them/,
  ],
  ['evidence for nothing', ({ facts }) => facts.evidence.push({ sha256: 'g', decisions: 0 }), /evidence g is kept for no decision/],
  [
    'too late and not told why',
    ({ history }) => {
      history.push({ what: 'sent', who: 'bert', id: 'r1', name: 'refuseDocument', input: decision });
      history.push({ what: 'refused', who: 'bert', id: 'r1', code: 'already_decided', data: {} });
    },
    /^bert was refused \(already_decided\) without being told what stands/,
  ],
  [
    'a decision told twice by mail',
    ({ facts }) => facts.mails.push({ ...facts.mails[0]!, id: 'o' }),
    /decision x is told by 2 mails to the owner/,
  ],
  [
    'a number given twice',
    ({ facts }) => Object.assign(facts.documents[1] ?? {}, { kind: 'quote', number: 'Q-1' }),
    /^doubled: quote Q-1 was given 2 times/,
  ],
  [
    'a number left out',
    ({ facts }) => Object.assign(facts.counters[0] ?? {}, { last: 2 }),
    /1 documents of kind quote, and 2 numbers were given/,
  ],
  [
    'a mail with other bytes',
    ({ history }) => history.push({ what: 'mailed', messageId: 'r.1', to: '', sha256: '9', accepted: false }),
    /mail r\.1 went out with other bytes/,
  ],
  [
    'a mail of no row',
    ({ history }) => history.push({ what: 'mailed', messageId: 'r.9', to: '', sha256: '9', accepted: true }),
    /under Message-ID r\.9, which belongs to none/,
  ],
  [
    'a mail that never came',
    (told) => drop(told, (one) => one.what === 'mailed' && one.messageId === '<r.1>'),
    /mail m \(decision\) is said to be delivered and never was/,
  ],
  ['a mail that was not taken', (told) => Object.assign(first(told, 'mailed'), { accepted: false }), /said to be delivered and never was/],
  ['a mail that waits', ({ facts }) => Object.assign(facts.mails[0] ?? {}, { state: 'waiting' }), /mail m \(decision\) still waits/],
  [
    'the same mail twice',
    ({ facts }) => facts.mails.push({ ...facts.mails[1]!, id: 'o', messageId: 'r.3' }),
    /^doubled: 2 mails acknowledgement to anne/,
  ],
  ['a payment twice', ({ facts }) => facts.payments.push({ ...facts.payments[0]!, id: 'z' }), /charge ch_1 is in the ledger 2 times/],
  ['a payment lost', ({ facts }) => void facts.payments.pop(), /charge ch_1 is in the ledger 0 times/],
  ['money nobody has paid', ({ facts }) => Object.assign(facts.payments[0] ?? {}, { external: 'ch_2' }), /Stripe has taken no such money/],
  ['another amount', ({ facts }) => Object.assign(facts.payments[0] ?? {}, { amount: 5 }), /charge ch_1 of 500 .* is entered as 5/],
  [
    'a sum that is none',
    ({ facts }) => Object.assign(facts.documents[1] ?? {}, { paid: 600 }),
    /I-1 says 600 were paid, its ledger comes to 500/,
  ],
  [
    'a payment not told of',
    ({ facts }) => Object.assign(facts.events[5] ?? {}, { type: 'link.created' }),
    /1 payments were entered and 0 told of/,
  ],
  [
    'a state that goes backwards',
    ({ facts }) => {
      const state = (seq: number, type: EventFact['type'], is: string) =>
        event(seq, { type, deal: 'e', dealSeq: seq - 4, document: 'i', data: { checkout: { id: 'p', state: is } } });
      facts.events.push(state(7, 'payment.failed', 'failed'), state(8, 'payment.processing', 'processing'));
    },
    /payment page p went from failed to processing/,
  ],
  ['a server that ended', (told) => Object.assign(first(told, 'ended'), { wanted: false }), /^server A ended by itself \(SIGKILL\)/],
  ['a stop that went wrong', (told) => Object.assign(first(told, 'stopped'), { code: 1 }), /^server B was asked to stop and ended with 1/],
  ['a stop that took long', (told) => Object.assign(first(told, 'stopped'), { ms: 10_001 }), /^server B took 10001 ms to stop/],
  [
    'a page that was not told',
    (told) => Object.assign(first(told, 'stopped'), { untold: ['anne'] }),
    /^server B stopped without telling anne to come back/,
  ],
  ['too slow', (told) => Object.assign(first(told, 'measured'), { value: 101 }), /^an answer: 101 ms, at most 100 ms are allowed/],
  ['otherwise', (told) => Object.assign(first(told, 'observed'), { is: '200' }), /^a bad signature: 200, not 400/],
  ['half a file', (told) => Object.assign(first(told, 'offered'), { got: 'ab' }), /^file plan\.pdf is offered, and is not what was sent/],
  ['no file', (told) => Object.assign(first(told, 'offered'), { got: null }), /^file plan\.pdf is offered, and does not come/],
];

for (const [what, change, finds] of WRONG)
  test(`finds: ${what}`, () => {
    const told = good();
    change(told);
    const found = checked(told);
    assert.ok(
      found.some((violation) => finds.test(violation)),
      found.join('\n') || 'nothing was found',
    );
  });

test('nothing is expected of a page that was closed in the middle, but order', () => {
  const told = good();
  drop(told, (one) => (one.what === 'received' || one.what === 'acknowledged') && one.who === 'anne');
  Object.assign(told.history.find((one) => one.what === 'left' && one.who === 'anne') ?? {}, { early: true, cursor: 1, view: null });
  told.facts.decisions = [];
  told.facts.events.splice(3, 1, event(4, { type: 'link.created', audience: 'owner' }));
  told.facts.mails = [];
  told.facts.evidence = [];
  drop(told, (one) => one.what === 'mailed' || one.what === 'mails awaited');
  assert.equal(checked(told), []);
});

test.run();

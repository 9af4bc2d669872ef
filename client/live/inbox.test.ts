import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Batch } from '../../shared/protocol.ts';
import { createInbox } from './inbox.ts';
import { DEAL, deadline, event } from './testing.ts';

deadline(test, 20_000);

/** The events above `from` up to `to`, without those in `hidden`, which the reader may not see. */
function batch(from: number, to: number, hidden: ReadonlySet<number> = new Set()): Batch {
  const seqs = Array.from({ length: to - from }, (_, i) => from + 1 + i).filter((seq) => !hidden.has(seq));
  return { stream: DEAL, from, to, events: seqs.map(event) };
}

function open(cursor = 0) {
  const seen: number[] = [];
  const asked: number[] = [];
  const inbox = createInbox({
    stream: DEAL,
    cursor,
    apply: (events) => void seen.push(...events.map(({ seq }) => seq)),
    resume: () => void asked.push(inbox.cursor),
  });
  return { inbox, seen, asked };
}

test('a batch that joins on is applied', () => {
  const { inbox, seen, asked } = open(3);
  inbox.answer(batch(3, 3), false);
  inbox.receive(batch(3, 5));
  assert.equal([seen, asked, inbox.cursor], [[4, 5], [], 5]);
});

test('what is known already is dropped, what overlaps is applied from the cursor on', () => {
  const { inbox, seen } = open(3);
  inbox.answer(batch(3, 3), false);
  inbox.receive(batch(0, 3));
  inbox.receive(batch(1, 5));
  inbox.receive(batch(1, 5));
  assert.equal([seen, inbox.cursor], [[4, 5], 5]);
});

test('events one may not see still move the cursor', () => {
  const { inbox, seen, asked } = open();
  inbox.answer(batch(0, 0), false);
  inbox.receive(batch(0, 4, new Set([1, 2, 3, 4])));
  inbox.receive(batch(4, 5));
  assert.equal([seen, asked, inbox.cursor], [[5], [], 5]);
});

test('a gap asks once, and what arrives meanwhile is applied after the answer, in order', () => {
  const { inbox, seen, asked } = open();
  inbox.answer(batch(0, 0), false);
  inbox.receive(batch(2, 3));
  inbox.receive(batch(4, 5));
  inbox.receive(batch(3, 4));
  assert.equal([seen, asked], [[], [0]]);
  inbox.answer(batch(0, 2), false);
  assert.equal([seen, asked, inbox.cursor], [[1, 2, 3, 4, 5], [0], 5]);
});

test('a gap that the answer does not close asks again', () => {
  const { inbox, seen, asked } = open();
  inbox.answer(batch(0, 0), false);
  inbox.receive(batch(4, 5));
  inbox.answer(batch(0, 2), false);
  assert.equal(
    [seen, asked],
    [
      [1, 2],
      [0, 2],
    ],
  );
  inbox.answer(batch(2, 5), false);
  assert.equal(
    [seen, asked],
    [
      [1, 2, 3, 4, 5],
      [0, 2],
    ],
  );
});

test('batches that come before the first answer wait for it', () => {
  const { inbox, seen, asked } = open();
  inbox.receive(batch(2, 3));
  inbox.receive(batch(3, 4));
  assert.equal([seen, asked], [[], []]);
  inbox.answer(batch(0, 2), false);
  assert.equal([seen, asked], [[1, 2, 3, 4], []]);
});

test('as long as the log holds more, it is asked for', () => {
  const { inbox, seen, asked } = open();
  inbox.answer(batch(0, 2), true);
  inbox.receive(batch(5, 6));
  inbox.answer(batch(2, 4), true);
  inbox.answer(batch(4, 5), false);
  assert.equal(
    [seen, asked],
    [
      [1, 2, 3, 4, 5, 6],
      [2, 4],
    ],
  );
});

test('another stream is none of its business', () => {
  const { inbox, seen, asked } = open();
  inbox.answer(batch(0, 0), false);
  inbox.receive({ ...batch(7, 8), stream: 'deal:2' });
  assert.equal([seen, asked], [[], []]);
});

test('a view that cannot take the events has not read them', () => {
  let broken = true;
  const seen: number[] = [];
  const inbox = createInbox({
    stream: DEAL,
    cursor: 0,
    apply(events) {
      if (broken) throw new Error('broken view');
      seen.push(...events.map(({ seq }) => seq));
    },
    resume: () => {},
  });
  inbox.answer(batch(0, 0), false);
  assert.throws(() => inbox.receive(batch(0, 1)), /broken view/);
  broken = false;
  inbox.receive(batch(0, 1));
  assert.equal([seen, inbox.cursor], [[1], 1]);
});

test('more than can be held is read from the log', () => {
  const { inbox, seen, asked } = open();
  for (let seq = 1; seq <= 1_000; seq++) inbox.receive(batch(seq - 1, seq));
  inbox.answer(batch(0, 0), false);
  assert.equal(seen.length, 200);
  assert.equal(asked, [200]);
  inbox.answer(batch(200, 1_000), false);
  assert.equal(seen.length, 1_000);
});

/** What can happen between a log and a page; the numbers choose among what is on its way. */
type Step =
  | { kind: 'append'; events: number }
  | { kind: 'deliver' | 'drop' | 'repeat'; which: number }
  | { kind: 'read' }
  | { kind: 'answer' }
  | { kind: 'reconnect' };

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('append' as const), events: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constantFrom('deliver' as const, 'deliver' as const, 'drop' as const, 'repeat' as const), which: fc.nat(20) }),
    fc.constantFrom({ kind: 'read' as const }, { kind: 'answer' as const }, { kind: 'reconnect' as const }),
  ),
  { maxLength: 120 },
);

test('whatever is dropped, repeated, reordered or resumed, the page reads each visible event once and in order', () => {
  fc.assert(
    fc.property(steps, fc.uniqueArray(fc.integer({ min: 1, max: 200 })), fc.integer({ min: 1, max: 6 }), (plan: Step[], secret, page) => {
      const hidden = new Set(secret);
      const seen: number[] = [];
      let head = 0;
      let wire: Batch[] = [];
      // A join is on its way, then read by the server, then answered: each may take its time.
      let join = 'sent' as 'none' | 'sent' | { batch: Batch; more: boolean };
      const inbox = createInbox({
        stream: DEAL,
        cursor: 0,
        apply: (events) => void seen.push(...events.map(({ seq }) => seq)),
        resume() {
          assert.is(join, 'none', 'asked while an answer was awaited');
          join = 'sent';
        },
      });
      const read = (): void => {
        if (join !== 'sent') return;
        const to = Math.min(head, inbox.cursor + page);
        join = { batch: batch(inbox.cursor, to, hidden), more: to < head };
      };
      const answer = (): void => {
        if (typeof join === 'string') return;
        const { batch: answered, more } = join;
        join = 'none';
        inbox.answer(answered, more);
      };
      const visible = (to: number): number[] => batch(0, to, hidden).events.map(({ seq }) => seq);

      for (const step of plan) {
        if (step.kind === 'append') {
          wire.push(batch(head, head + step.events, hidden));
          head += step.events;
        } else if (step.kind === 'read') read();
        else if (step.kind === 'answer') answer();
        else if (step.kind === 'reconnect') {
          wire = [];
          join = 'sent';
          inbox.expect();
        } else if (wire.length > 0) {
          const at = step.which % wire.length;
          const [picked] = step.kind === 'repeat' ? [wire[at]!] : wire.splice(at, 1);
          if (step.kind !== 'drop') inbox.receive(picked!);
        }
        assert.equal(seen, visible(inbox.cursor));
      }

      // In the end a connection that holds: everything is there.
      join = 'sent' as typeof join;
      inbox.expect();
      for (let i = 0; join !== 'none' && i < 1_000; i++) {
        read();
        answer();
      }
      assert.is(inbox.cursor, head);
      assert.equal(seen, visible(head));
    }),
    { numRuns: 400 },
  );
});

test.run();

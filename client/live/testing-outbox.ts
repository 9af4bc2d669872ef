import type { CommandInputs } from '../../shared/commands.ts';
import type { CommandAnswer, CommandRequest } from '../../shared/protocol.ts';
import { createOutbox, type OutboxItem } from './outbox.ts';
import { DOCUMENT, fakeClock, sharedStorage, type FakeClock } from './testing.ts';

/** For tests only: an outbox whose answers are given by hand, on a clock moved by hand. */

export const say = (text: string): CommandInputs['postMessage'] => ({
  document: DOCUMENT,
  text,
  notify: false,
  files: [],
  proposal: null,
  readUpTo: 0,
  name: null,
});
export const textOf = (item: OutboxItem): string => (item.name === 'postMessage' ? item.input.text : item.name);
export const ok: CommandAnswer = { ok: true, seq: 1, result: {} };
/** Lets settled promises have their effect. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A tab: an outbox, and the answers the test gives by hand. */
export function openTab(shared = sharedStorage(), clock: FakeClock = fakeClock(), more: { arrived?: (seq: number) => Promise<void> } = {}) {
  const sent: { request: CommandRequest; answer: (answer: CommandAnswer) => void; lose: () => void }[] = [];
  const outbox = createOutbox({
    scope: 'link',
    ...shared.tab(),
    clock,
    transmit: (request) =>
      new Promise((resolve, reject) => sent.push({ request, answer: resolve, lose: () => reject(new Error('timeout')) })),
    ...more,
  });
  return { outbox, sent, clock, shared, texts: () => outbox.items.map(textOf), states: () => outbox.items.map(({ state }) => state) };
}

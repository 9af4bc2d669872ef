import type { ServerToClient } from '../../shared/protocol.ts';
import { realClock, type Clock } from './browser.ts';

/** What the server tells of someone who types. */
export type TypingState = Parameters<ServerToClient['typing']>[0];

/** Said again this often while the person goes on, for whoever came later. */
const SAY_EVERY = 3_000;
/** No key for so long: no longer typing. */
const STILL_AFTER = 4_000;
/** Nothing heard of a typing person for so long: their "no longer" got lost with their connection. */
const FORGET_AFTER = 2 * SAY_EVERY + 1_000;

/** Turns "a key was pressed" into few messages: `say(true)` at the start and now and then, `say(false)` at the end or by itself. */
export function createTypist(say: (typing: boolean) => void, clock: Clock = realClock): { set(typing: boolean): void; stop(): void } {
  let saidAt: number | null = null;
  let cancel: (() => void) | null = null;

  function set(typing: boolean): void {
    cancel?.();
    cancel = null;
    if (!typing) {
      if (saidAt !== null) say(false);
      saidAt = null;
      return;
    }
    cancel = clock.after(STILL_AFTER, () => set(false));
    if (saidAt !== null && clock.now() - saidAt < SAY_EVERY) return;
    saidAt = clock.now();
    say(true);
  }

  return { set, stop: () => cancel?.() };
}

/** Passes on what others' typing is told, and ends by itself what nobody ends. */
export function createTypingWatch(
  tell: (state: TypingState) => void,
  clock: Clock = realClock,
): { heard(state: TypingState): void; stop(): void } {
  const typing = new Map<string, () => void>();

  function heard(state: TypingState): void {
    typing.get(state.key)?.();
    typing.delete(state.key);
    if (state.typing)
      typing.set(
        state.key,
        clock.after(FORGET_AFTER, () => heard({ ...state, typing: false })),
      );
    tell(state);
  }

  return {
    heard,
    stop() {
      for (const cancel of typing.values()) cancel();
      typing.clear();
    },
  };
}

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandAnswer } from '../../shared/protocol.ts';
import { commandId } from '../intake.ts';
import type { Screen } from './clients.ts';
import type { Made } from '../test/doors.ts';
import { until } from './processes.ts';
import type { World } from './world.ts';

/** Somebody who goes on doing something until told to stop. */
export interface Busy {
  stop(): void;
  /** Resolves when what was begun is answered. */
  done: Promise<void>;
}

/** How many messages somebody writes ahead of the answers. */
const AHEAD = 3;

/** Writes one message after the other, at most one every `ms`, and a few before the first is answered. */
export function talk(screen: Screen, ms: number): Busy {
  let going = true;
  const run = async () => {
    for (let i = 1; going; await delay(ms)) if (screen.unanswered < AHEAD) screen.say(`${screen.who}: ${i++}`);
  };
  return { stop: () => void (going = false), done: run() };
}

/** How long a program waits before it asks again. */
const AGAIN_MS = 100;
/** And for an answer, at most. */
const ANSWER_MS = 10_000;
const POST_MS = 6000;

/** A program that issues one document after the other, each asked for again under its key until it is answered. */
export function issueAgainAndAgain(world: World, kind: string, on = 0): Busy {
  let going = true;
  const run = async () => {
    for (let i = 1; going; i += 1) await issueOnce(world, kind, `${kind} ${on} ${i}`, on);
  };
  return { stop: () => void (going = false), done: run() };
}

async function issueOnce(world: World, kind: string, key: string, on: number): Promise<void> {
  const who = `program on ${on}`;
  // As the API makes it of the key, so that it is found in the database.
  const id = commandId(`${world.keyId} POST /api/v1/documents ${key}`);
  world.history.add({ what: 'sent', who, id, name: 'createDocument', input: { kind, key } });
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    const made = await world.issue(kind, {}, { on, key, ms: ANSWER_MS }).catch(() => null);
    if (made !== null)
      return world.history.add({ what: 'acknowledged', who, id, seq: null, result: { document: made.id, number: made.number } });
    await delay(AGAIN_MS);
  }
}

/** Waits until so many more commands are acknowledged. Throws when they are not for a long time. */
export async function progress(world: World, more: number, ms = 40_000): Promise<void> {
  const wanted = world.history.count('acknowledged') + more;
  await until(`${more} more acknowledgements`, ms, () => world.history.count('acknowledged') >= wanted);
}

/** How long it takes until a server does something again, in milliseconds: one message is asked for until it is there. `most` when it is not. */
export async function answersAgain(world: World, deal: Made, on: number, most: number): Promise<number> {
  const began = performance.now();
  const key = randomUUID();
  while (performance.now() - began < most) {
    if ((await post(world, deal.id, on, 'There again?', key).catch(() => 0)) === 201) return performance.now() - began;
    await delay(AGAIN_MS);
  }
  return most;
}

/** Posts a message over the API, once; under the same key it is the same message. Answers the status. */
export async function post(world: World, document: string, on: number, text: string, key: string = randomUUID()): Promise<number> {
  const who = `program on ${on}`;
  const path = `/documents/${document}/messages`;
  const id = commandId(`${world.keyId} POST /api/v1${path} ${key}`);
  world.history.add({ what: 'sent', who, id, name: 'postMessage', input: { document, text } });
  const { status } = await world.api('POST', path, { text }, { on, key, ms: POST_MS });
  if (status === 201) world.history.add({ what: 'acknowledged', who, id, seq: null, result: {} });
  return status;
}

/** The answer to a command, or null when there is none for very long: the checker will say so. */
export async function settled({ done }: { done: Promise<CommandAnswer> }, ms = 30_000): Promise<CommandAnswer | null> {
  return Promise.race([done, delay(ms, null, { ref: false })]);
}

/** Mails a process died over count as given up after two minutes; for the rig they do at once. Only while nobody sends any. */
export async function giveUpMails(world: World): Promise<void> {
  await world.query(`update pgboss.job set state = 'retry', start_after = now() where name = 'letter' and state = 'active'`);
}

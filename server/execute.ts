import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Refusal } from '../shared/refusal.ts';
import { DEFINITIONS, type Inputs, type Name } from './commands/index.ts';
import type { Acting, Facts } from './commands/scope.ts';
import { createCommitter, type Answer, type Jobs, type Pending } from './commit/commit.ts';
import { createGroups } from './commit/groups.ts';
import { LOOKS_UP } from './commit/make.ts';
import { readRecords } from './commit/records.ts';
import { databaseCode, isAway, POOL, type Em } from './db.ts';
import type { Logged } from './log.ts';
import type { CommandOutcome, Metrics } from './metrics.ts';
import { ANOTHER_RESULT } from './pg-client.ts';
import { sha256 } from './secrets.ts';
import { createFinder, type Target } from './target.ts';
import { validate } from './validate.ts';

export type { Answer, Jobs };

/** One command as a door hands it in. `id` is made by the sender; the same id and payload gives the same answer. */
export interface Request<N extends Name = Name> {
  name: N;
  id: string;
  input: unknown;
  acting: Acting;
  facts: Facts;
  /** Only for seeding the past; the clock otherwise. */
  now?: Date;
}

export type Execute = (request: Request) => Promise<Answer>;

const SENDER = { user: 'owner', link: 'client', system: 'system' } as const;
/** Database errors after which the same command may simply be tried again: deadlock, serialization, a migration in between, a key two senders made at once. */
const RETRIED = new Set(['40P01', '40001', ANOTHER_RESULT, '23505']);
const ATTEMPTS = 4;
/** What happens all the time and changes no right and no state: not worth a line each. */
const CHATTER: ReadonlySet<Name> = new Set<Name>(['postMessage', 'markRead', 'recordView', 'markFeedRead', 'editDraft', 'recordDelivery']);
/** Connections of the pool that commands leave to pages and lists. */
const KEPT_FOR_READING = 4;

export interface ExecuteParts {
  em: () => Em;
  logger: Logger;
  /** Told after each commit. */
  committed: (events: Logged[]) => void;
  jobs: Jobs;
  /** Milliseconds a message may stay unread before it is mailed. */
  graceMs: number;
  now?: () => Date;
  metrics?: Pick<Metrics, 'command' | 'group'>;
}

/**
 * Checks the input, hands the command to the next group (`commit/`), and answers once it is committed. Throws Refusal for what is the sender's to mend;
 * refusals change nothing and are not remembered.
 */
export function createExecute(parts: ExecuteParts): Execute {
  const commit = createCommitter({ ...parts, clock: parts.now ?? (() => new Date()), metrics: parts.metrics ?? null });
  const groups = createGroups<Pending>({ commit, wide: POOL - KEPT_FOR_READING, ofCompany: 2, aside: 4, long: 200, most: 250 });
  const findTarget = createFinder();

  /** What was done before needs to be about nothing any more: it is answered as it was, whatever the world looks like now. */
  async function targetOf(request: Request, input: Inputs[Name]): Promise<Target> {
    try {
      return await findTarget(parts.em, request.name, input, request.acting);
    } catch (error) {
      if (error instanceof Refusal && (await readRecords(parts.em(), [request])).size > 0) return { company: request.acting.company };
      throw error;
    }
  }

  async function attempt(request: Request): Promise<Answer> {
    const definition = DEFINITIONS[request.name];
    if (!definition.senders.includes(SENDER[request.acting.as])) throw new Refusal('forbidden');
    const input = (definition.schema === null ? request.input : validate(definition.schema, request.input)) as Inputs[Name];
    const hash = sha256(JSON.stringify([request.name, payloadOf(request.name, input)]));
    const target = await targetOf(request, input);
    const { name, id, acting, facts } = request;
    return new Promise<Answer>((done, failed) => {
      groups.add({
        company: acting.company,
        lane: laneOf(target, id),
        alone: !('deal' in target) || LOOKS_UP.has(name),
        ...{ name, id, input, hash, acting, facts, target, at: request.now ?? null, aside: false, done, failed },
      });
    });
  }

  async function run(request: Request): Promise<Answer> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt(request);
      } catch (error) {
        const code = databaseCode(error);
        if (code === '55P03' || isAway(error)) throw new Refusal('unavailable');
        // A key that keeps colliding is an id somebody else has used.
        if (code === '23505' && tried === ATTEMPTS) throw new Refusal('id_reused');
        if (code === null || !RETRIED.has(code) || tried === ATTEMPTS) throw error;
        parts.logger.warn({ command: request.name, code, tried }, 'command collided, trying again');
        await delay(Math.random() * 20 * tried);
      }
    }
  }

  return async (request) => {
    const started = performance.now();
    const ended = (outcome: CommandOutcome) => parts.metrics?.command(request.name, outcome, (performance.now() - started) / 1000);
    try {
      const answer = await run(request);
      ended(answer.repeated ? 'repeated' : 'done');
      parts.logger[CHATTER.has(request.name) ? 'debug' : 'info'](
        { security: 'command', ...traceOf(request), seq: answer.seq, repeated: answer.repeated },
        'command done',
      );
      return answer;
    } catch (error) {
      ended(error instanceof Refusal ? 'refused' : 'failed');
      if (error instanceof Refusal) parts.logger.info({ security: 'refusal', ...traceOf(request), code: error.code }, 'command refused');
      throw error;
    }
  };
}

/** What waits for what: commands of one deal, of one client, of the company itself. A new deal waits for nothing. */
function laneOf(target: Target, id: string): string {
  if ('deal' in target) return target.deal;
  if ('client' in target) return target.client ?? id;
  return 'company' in target ? target.company : id;
}

/** Who did what, for the log: ids only, never what was said or what opens a door. */
function traceOf({ name, id, acting, facts }: Request) {
  const actor =
    acting.as === 'link' ? { link: acting.link } : acting.as === 'user' ? { user: acting.user, key: acting.key ?? undefined } : {};
  return { command: name, id, company: acting.company, ...actor, ip: facts.ip ?? undefined };
}

/** What the hash of a command covers: of a file, its own hash. */
function payloadOf(name: Name, input: Inputs[Name]): unknown {
  // What Stripe answers may have gone on since; the event is the same one.
  if (name === 'settleCheckout') {
    const { document, checkout, cause } = input as Inputs['settleCheckout'];
    return { document, checkout, cause };
  }
  if (name === 'setLogo') return (input as Inputs['setLogo']).picture.sha256;
  if (name !== 'importDocument') return input;
  const { file, issue } = input as Inputs['importDocument'];
  return { file: file.sha256, issue };
}

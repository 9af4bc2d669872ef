import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { COMPANY_FILES_MAX } from '../shared/files.ts';
import { mayAct } from '../shared/company.ts';
import { Refusal } from '../shared/refusal.ts';
import { DEFINITIONS, type ClientCommand, type CompanyCommand, type DealCommand, type Inputs, type Name } from './commands/index.ts';
import type { Acting, Facts, Result } from './commands/scope.ts';
import { isAway, POOL, type Em } from './db.ts';
import {
  ApiKeySchema,
  ClientSchema,
  CommandRecordSchema,
  CompanySchema,
  ContactSchema,
  DealSchema,
  DocumentSchema,
  LinkSchema,
  RevisionSchema,
  SessionSchema,
  UserSchema,
} from './entities/index.ts';
import { leaveDeliveries } from './deliveries.ts';
import { createLanes } from './lanes.ts';
import { emptyDeal, loadClient, loadCompany, loadDeal } from './load.ts';
import { append, type Logged } from './log.ts';
import type { Job } from './model/jobs.ts';
import type { LoadedClient, LoadedDeal } from './model/loaded.ts';
import { partyOf } from './model/party.ts';
import { wantsReminders } from './model/recipients.ts';
import { addRows, clientScope, companyScope, dealScope, lockCounters, type Outcome, type Sender } from './scope.ts';
import { sha256 } from './secrets.ts';
import { cameIn, findTarget, importWarnings, type NewDeal, type Target } from './target.ts';
import { validate } from './validate.ts';

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

export interface Answer {
  /** The deal's sequence after the command, or the company's where there is no deal. */
  seq: number;
  result: Result;
  /** True when the id was known and nothing was changed now. */
  repeated: boolean;
}

export type Execute = (request: Request) => Promise<Answer>;

const SENDER = { user: 'owner', link: 'client', system: 'system' } as const;
/** Database errors after which the same command may simply be tried again: deadlock, serialization, a key two senders made at once. */
const RETRIED = new Set(['40P01', '40001', '23505']);
const ATTEMPTS = 4;
/** What happens all the time and changes no right and no state: not worth a line each. */
const CHATTER: ReadonlySet<Name> = new Set<Name>(['postMessage', 'markRead', 'recordView', 'markFeedRead', 'editDraft', 'recordDelivery']);
/** Connections of the pool that commands leave to pages and lists. */
const KEPT_FOR_READING = 4;
const LOCK_TIMEOUT = '5s';

export interface ExecuteParts {
  em: () => Em;
  logger: Logger;
  /** Told after each commit. */
  committed: (events: Logged[]) => void;
  jobs: Jobs;
  /** Milliseconds a message may stay unread before it is mailed. */
  graceMs: number;
  now?: () => Date;
}

/** Where commands leave work for later. */
export interface Jobs {
  /** Writes the jobs in the transaction of `em`. */
  add(em: Em, jobs: Job[]): Promise<void>;
  /** The transaction is committed: those that are due may begin. */
  begin(jobs: Job[]): void;
}

/**
 * The only way to change anything: checks the input, loads under lock, checks the right, runs the command in memory,
 * writes state and log in one transaction, and after the commit hands the events to `committed`.
 * Throws Refusal for what is the sender's to mend; refusals change nothing and are not remembered.
 */
export function createExecute(parts: ExecuteParts): Execute {
  const clock = parts.now ?? (() => new Date());
  const lanes = createLanes({ wide: POOL - KEPT_FOR_READING, long: 200 });
  const attempt = async (request: Request): Promise<Answer> => {
    const em = parts.em();
    const definition = DEFINITIONS[request.name];
    if (!definition.senders.includes(SENDER[request.acting.as])) throw new Refusal('forbidden');
    const input = (definition.schema === null ? request.input : validate(definition.schema, request.input)) as Inputs[Name];
    const hash = sha256(JSON.stringify([request.name, payloadOf(request.name, input)]));
    // Before anything is looked up: what was done stays done, whatever the world looks like now.
    const known = await remembered(em, request, hash);
    if (known !== null) return known;
    const target = await findTarget(em, request.name, input, request.acting);
    const lane = laneOf(target, request.id);
    const done = await lanes.run(lane, () =>
      parts.em().transactional((tx) => transact(parts, tx as Em, request, input, hash, target, () => request.now ?? clock())),
    );
    parts.committed(done.logged);
    parts.jobs.begin(done.jobs);
    parts.logger[CHATTER.has(request.name) ? 'debug' : 'info'](
      { security: 'command', ...traceOf(request), seq: done.answer.seq, repeated: done.answer.repeated },
      'command done',
    );
    return done.answer;
  };

  return async (request) => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt(request);
      } catch (error) {
        const code = databaseCode(error);
        if (error instanceof Refusal) parts.logger.info({ security: 'refusal', ...traceOf(request), code: error.code }, 'command refused');
        if (code === '55P03' || isAway(error)) throw new Refusal('unavailable');
        // A key that keeps colliding is an id somebody else has used.
        if (code === '23505' && tried === ATTEMPTS) throw new Refusal('id_reused');
        if (code === null || !RETRIED.has(code) || tried === ATTEMPTS) throw error;
        parts.logger.warn({ command: request.name, code, tried }, 'command collided, trying again');
        await delay(Math.random() * 20 * tried);
      }
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

async function transact(
  parts: ExecuteParts,
  em: Em,
  request: Request,
  input: Inputs[Name],
  hash: string,
  target: Target,
  clock: () => Date,
): Promise<{ answer: Answer; logged: Logged[]; jobs: Job[] }> {
  await em.execute(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  if ('deal' in target) await em.execute('select 1 from deals where id = ? for update', [target.deal]);
  // Before the right is looked at: of two owners who take it from each other at once, one has it no more.
  if ('company' in target) await em.execute('select 1 from companies where id = ? for update', [target.company]);
  const known = await remembered(em, request, hash);
  if (known !== null) return { answer: known, logged: [], jobs: [] };
  await authorise(em, request);
  const definition = DEFINITIONS[request.name];
  // Read under the lock: what a deal says of its times is in the order of its events.
  const now = clock();
  const sender = { ...request, past: request.now !== undefined, graceMs: parts.graceMs };
  const done =
    definition.scope === 'deal'
      ? await runOnDeal(em, definition as DealCommand<Name>, sender, input, target, now)
      : definition.scope === 'client'
        ? await runOnClient(em, definition as ClientCommand<Name>, sender, input, target, now)
        : await runOnCompany(em, definition as CompanyCommand<Name>, sender, input, now);
  await keepBlobs(em, done.outcome, now);
  const answer = { seq: done.seq, result: done.result };
  em.persist(em.create(CommandRecordSchema, { actor: actorKey(request.acting), id: request.id, hash, answer, at: now }));
  await em.flush();
  await takeRoom(em, request.acting.company, done.outcome.room);
  await parts.jobs.add(em, done.outcome.jobs);
  const logged = await append(em, request.acting.company, done.outcome.said);
  const deliveries = await leaveDeliveries(em, parts.jobs, request.acting.company, logged);
  return { answer: { ...answer, repeated: false }, logged, jobs: [...done.outcome.jobs, ...deliveries] };
}

/** What this sender's command of this id was answered, to whoever may still ask; null when it is new. */
async function remembered(em: Em, request: Request, hash: string): Promise<Answer | null> {
  const { acting, id } = request;
  const known = await em.findOne(CommandRecordSchema, { actor: actorKey(acting), id });
  if (known === null) return null;
  if (known.hash !== hash) throw new Refusal('id_reused');
  await authorise(em, request);
  if (acting.as === 'link' && (await em.findOne(LinkSchema, { id: acting.link, revokedAt: null })) === null) throw new Refusal('not_found');
  return { ...known.answer, repeated: true };
}

async function runOnDeal(em: Em, definition: DealCommand<Name>, request: Request & Sender, input: Inputs[Name], target: Target, now: Date) {
  const loaded =
    'newDeal' in target
      ? await makeDeal(em, target.newDeal, request.acting.company, now)
      : 'dealFor' in target
        ? await makeDealFor(em, target.dealFor, request.acting.company, now)
        : 'deal' in target
          ? await loadDeal(em, target.deal, definition.reads(input))
          : null;
  if (loaded === null) throw new Refusal('not_found');
  checkLink(loaded, request.acting);
  const counters = await lockCounters(em, loaded.company.id, definition.counters(input, loaded, now));
  const { scope, outcome } = dealScope(em, loaded, counters, request, now);
  const result = definition.run(scope, await completed(em, request.name, input, loaded));
  addRows(outcome, loaded);
  return { outcome, result, seq: loaded.deal.seq };
}

async function runOnCompany(em: Em, definition: CompanyCommand<Name>, request: Request & Sender, input: Inputs[Name], now: Date) {
  const loaded = await loadCompany(em, request.acting.company, 'delivery' in input ? input.delivery : null);
  if (loaded === null) throw new Refusal('not_found');
  const { scope, outcome } = companyScope(em, loaded, request, now);
  const result = definition.run(scope, input);
  return { outcome, result, seq: loaded.company.seq + outcome.said.length };
}

/** All deals of the client are locked, in order, before anything is read: each of them is told. */
async function runOnClient(
  em: Em,
  definition: ClientCommand<Name>,
  request: Request & Sender,
  input: Inputs[Name],
  target: Target,
  now: Date,
) {
  const { company } = request.acting;
  const id = 'client' in target ? target.client : null;
  if (id !== null) {
    await em.execute('select 1 from clients where id = ? for update', [id]);
    await em.execute('select 1 from deals where client_id = ? order by id for update', [id]);
  }
  const loaded = id === null ? await emptyClient(em, company, request.id, now) : await loadClient(em, id);
  if (loaded === null || loaded.company.id !== company) throw new Refusal('not_found');
  const { scope, outcome } = clientScope(em, loaded, request, now);
  const result = definition.run(scope, input);
  return { outcome, result, seq: loaded.company.seq + outcome.said.length };
}

/** A client about to be made; its id is that of the command. */
async function emptyClient(em: Em, companyId: string, id: string, now: Date): Promise<LoadedClient> {
  const company = await em.findOneOrFail(CompanySchema, { id: companyId });
  const client = em.create(ClientSchema, {
    id,
    company: companyId,
    name: '',
    identity: partyOf(''),
    vatId: null,
    createdAt: now,
    changedAt: null,
    remindersOff: false,
  });
  em.persist(client);
  return { company, client, contacts: [], deals: [], people: [] };
}

/** What a command must know and cannot look up itself. */
async function completed(em: Em, name: Name, input: Inputs[Name], loaded: LoadedDeal): Promise<Inputs[Name]> {
  if (name === 'importDocument') return withWarnings(em, input as Inputs['importDocument'], loaded);
  if (name === 'draftDocument') return withCopied(em, input as Inputs['draftDocument'], loaded);
  return input;
}

/** What is printed on the document to be copied, of whichever deal of the company. */
async function withCopied(em: Em, input: Inputs['draftDocument'], { company }: LoadedDeal): Promise<Inputs['draftDocument']> {
  if (input.copy === null) return input;
  const document = await em.findOne(DocumentSchema, { id: input.copy, company: company.id });
  const revision = document && (await em.findOne(RevisionSchema, { document: document.id, revision: document.revision }));
  if (!revision) throw new Refusal('not_found');
  return { ...input, copied: revision.content };
}

/**
 * A file with what is known of it and of its number: looked up under a lock of its own, so that the same file sent twice at
 * once comes in once, and two files that state one number are told apart.
 */
async function withWarnings(em: Em, input: Inputs['importDocument'], loaded: LoadedDeal): Promise<Inputs['importDocument']> {
  const { company, deal } = loaded;
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`import ${company.id} ${input.imported.number}`]);
  const before = await cameIn(em, input.file.sha256, company.id);
  // It came in between looking and locking: once more, on the deal it belongs to.
  if (before !== null && before.deal !== deal.id) throw Object.assign(new Error('the file came in meanwhile'), { code: '40001' });
  return { ...input, ...(await importWarnings(em, input.imported, company.id)), before: before?.document ?? null };
}

/** A new deal with a client: the one of this name and VAT number, or a new one. */
async function makeDeal(em: Em, made: NewDeal, companyId: string, now: Date): Promise<LoadedDeal> {
  // Two new documents for the same new client at once make one client.
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `client ${companyId} ${made.client.name} ${made.client.vatId ?? ''}`,
  ]);
  const company = await em.findOneOrFail(CompanySchema, { id: companyId });
  const known = await em.findOne(
    ClientSchema,
    { company: companyId, name: made.client.name, vatId: made.client.vatId },
    { orderBy: { createdAt: 'asc' } },
  );
  const client =
    known ??
    em.create(ClientSchema, {
      id: randomUUID(),
      company: companyId,
      name: made.client.name,
      identity: { ...made.client, contact: null },
      vatId: made.client.vatId,
      createdAt: now,
      changedAt: null,
      remindersOff: false,
    });
  const contacts = known ? await em.find(ContactSchema, { client: known.id }, { orderBy: { createdAt: 'asc', id: 'asc' } }) : [];
  const fresh = made.contacts.filter(
    (given) => !contacts.some((one) => one.removedAt === null && one.name === given.name && one.email === given.email),
  );
  const added = fresh.map((given, i) =>
    em.create(ContactSchema, {
      id: randomUUID(),
      client: client.id,
      phone: null,
      ...given,
      createdAt: new Date(now.getTime() + i),
      removedAt: null,
      reminders: wantsReminders(contacts, given.email),
    }),
  );
  const deal = em.create(DealSchema, { id: randomUUID(), company: companyId, client: client.id, seq: 0, createdAt: now });
  em.persist([client, ...added, deal]);
  // Of a known client, the contacts this document names come first.
  const named = contacts.filter((one) => made.contacts.some((given) => one.name === given.name && one.email === given.email));
  return emptyDeal(company, deal, client, [...named, ...added, ...contacts.filter((one) => !named.includes(one))]);
}

/** A new deal with a client there is. The client's row is shared, so that a change of it tells this deal too. */
async function makeDealFor(em: Em, clientId: string, companyId: string, now: Date): Promise<LoadedDeal | null> {
  await em.execute('select 1 from clients where id = ? for share', [clientId]);
  const client = await em.findOne(ClientSchema, { id: clientId, company: companyId });
  if (client === null) return null;
  const company = await em.findOneOrFail(CompanySchema, { id: companyId });
  const contacts = await em.find(ContactSchema, { client: clientId }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  const deal = em.create(DealSchema, { id: randomUUID(), company: companyId, client: clientId, seq: 0, createdAt: now });
  em.persist(deal);
  return emptyDeal(company, deal, client, contacts);
}

/** Being in a room, or having been allowed a minute ago, is not permission to write. */
async function authorise(em: Em, { acting, name }: Request): Promise<void> {
  if (acting.as !== 'user') return;
  const user = await em.findOne(UserSchema, { id: acting.user, company: acting.company, removedAt: null });
  if (user === null) throw new Refusal('unauthorized');
  const { role } = DEFINITIONS[name];
  if (role === null || !mayAct(user.role, role)) throw new Refusal('forbidden');
  if (acting.session !== null) {
    const session = await em.findOne(SessionSchema, { id: acting.session, endedAt: null });
    if (session === null || session.expiresAt <= new Date()) throw new Refusal('unauthorized');
  }
  if (acting.key !== null && (await em.findOne(ApiKeySchema, { id: acting.key, revokedAt: null })) === null)
    throw new Refusal('unauthorized');
}

function checkLink(loaded: LoadedDeal, acting: Acting): void {
  if (loaded.company.id !== acting.company) throw new Refusal('not_found');
  if (acting.as !== 'link') return;
  const link = loaded.links.find((one) => one.id === acting.link);
  if (!link || link.revokedAt !== null) throw new Refusal('not_found');
}

async function keepBlobs(em: Em, outcome: Outcome, now: Date): Promise<void> {
  for (const blob of outcome.blobs) {
    await em.execute('insert into blobs (sha256, media_type, size, bytes, created_at) values (?, ?, ?, ?, ?) on conflict do nothing', [
      blob.sha256,
      blob.mediaType,
      blob.bytes.byteLength,
      Buffer.from(blob.bytes),
      now,
    ]);
  }
}

/** The company's room for files, kept exactly: its row is the last lock there is, and is taken for the log anyway. */
async function takeRoom(em: Em, company: string, bytes: number): Promise<void> {
  if (bytes === 0) return;
  const [row] = await em.execute<{ file_bytes: string }[]>(
    'update companies set file_bytes = file_bytes + ? where id = ? and (? < 0 or file_bytes + ? <= ?) returning file_bytes',
    [bytes, company, bytes, bytes, COMPANY_FILES_MAX],
  );
  if (!row) throw new Refusal('company_full', { data: { limit: COMPANY_FILES_MAX } });
}

function actorKey(acting: Acting): string {
  // Not the browser: one without cookies is another after each reconnect, and the id is the sender's own anyway.
  if (acting.as === 'link') return `link:${acting.link}`;
  if (acting.as === 'system') return 'system';
  return acting.key === null ? `user:${acting.user}` : `key:${acting.key}`;
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

/** The SQLSTATE of a database error, or null. */
function databaseCode(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

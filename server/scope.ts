import { randomUUID } from 'node:crypto';
import type { EntityName, Primary, RequiredEntityData } from '@mikro-orm/core';
import * as v from 'valibot';
import { EVENT_SCHEMAS } from '../shared/event-schemas.ts';
import type { Actor, Audience, EventData, EventType } from '../shared/events.ts';
import { AUDIENCE } from '../shared/events.ts';
import type { Day, Kind } from '../shared/document.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Acting, ClientScope, CompanyScope, DealScope, Facts, NewBlob } from './commands/scope.ts';
import type { Appended } from './commit/appended.ts';
import type { Tracked } from './commit/tracked.ts';
import type { Em } from './db.ts';
import { CounterSchema, PersonSchema, type Counter, type Person } from './entities/index.ts';
import type { Said } from './log.ts';
import { documentRow } from './model/document-view.ts';
import { writeNumber } from '../shared/numbering.ts';
import { isChronological, seriesYear } from './model/numbering.ts';
import type { Job } from './model/jobs.ts';
import type { LoadedClient, LoadedCompany, LoadedDeal } from './model/loaded.ts';

/** A command's id and who sends it, with what the door knows. */
export interface Sender {
  id: string;
  acting: Acting;
  facts: Facts;
  past: boolean;
  graceMs: number;
}

/** What one command did, besides changing entities. */
export interface Outcome {
  said: Said[];
  blobs: NewBlob[];
  jobs: Job[];
  /** Rows that are only ever added. */
  rows: Appended[];
  /** How many bytes of files the company has more, or less, after it. */
  room: number;
  /** It has made or taken away an entity. */
  moved: boolean;
}

/** The hands of a command over one deal. */
export function dealScope(
  { em, tracked }: { em: Em; tracked: Tracked },
  loaded: LoadedDeal,
  counters: Counter[],
  sender: Sender,
  now: Date,
): { scope: DealScope; outcome: Outcome } {
  const outcome = noOutcome();
  const scope: DealScope = {
    ...common(em, sender, now, outcome),
    remove(entity) {
      outcome.moved = true;
      if (!tracked.remove(entity)) em.remove(entity);
    },
    loaded,
    person: (options = {}) => person(scope, options),
    known: () => findPerson(scope),
    actor: () => dealActor(scope),
    number: (kind, issueDate) => nextNumber(loaded, counters, kind, issueDate),
    say(type, document, data, audience: Audience = AUDIENCE[type]) {
      loaded.deal.seq += 1;
      const actor = dealActor(scope);
      outcome.said.push({
        type,
        deal: loaded.deal.id,
        dealSeq: loaded.deal.seq,
        document,
        actor,
        at: now,
        data: checked(type, data),
        audience,
        row: null,
      });
      return loaded.deal.seq;
    },
  };
  return { scope, outcome };
}

/** The hands of a command over the company. */
export function companyScope(em: Em, loaded: LoadedCompany, sender: Sender, now: Date): { scope: CompanyScope; outcome: Outcome } {
  const outcome = noOutcome();
  const { acting } = sender;
  const actor: Actor = { side: acting.as === 'system' ? 'system' : 'owner', person: null, name: acting.as === 'user' ? acting.name : '' };
  const scope: CompanyScope = {
    ...common(em, sender, now, outcome),
    loaded,
    actor,
    say(type, data) {
      const event = { type, deal: null, dealSeq: null, document: null, actor, at: now, data: checked(type, data), row: null };
      outcome.said.push({ ...event, audience: AUDIENCE[type] });
    },
  };
  return { scope, outcome };
}

/** The hands of a command over one client and its deals. */
export function clientScope(em: Em, loaded: LoadedClient, sender: Sender, now: Date): { scope: ClientScope; outcome: Outcome } {
  const outcome = noOutcome();
  const { acting } = sender;
  const actor: Actor = { side: acting.as === 'system' ? 'system' : 'owner', person: null, name: acting.as === 'user' ? acting.name : '' };
  const scope: ClientScope = {
    ...common(em, sender, now, outcome),
    loaded,
    actor,
    say(type, deal, data) {
      if (deal) deal.seq += 1;
      const place = { deal: deal?.id ?? null, dealSeq: deal?.seq ?? null, document: null };
      outcome.said.push({ type, ...place, actor, at: now, data: checked(type, data), audience: AUDIENCE[type], row: null });
    },
  };
  return { scope, outcome };
}

/** Whether a command has asked for nothing so far; what it changed in what was loaded is not seen here. */
export function isNothing({ said, blobs, jobs, rows, room, moved }: Outcome): boolean {
  return said.length + blobs.length + jobs.length + rows.length === 0 && room === 0 && !moved;
}

function noOutcome(): Outcome {
  return { said: [], blobs: [], jobs: [], rows: [], room: 0, moved: false };
}

/** Puts each event's document row in, as it stands when the command has done everything. */
export function addRows(outcome: Outcome, loaded: LoadedDeal): void {
  for (const event of outcome.said) {
    const document = loaded.documents.find((doc) => doc.id === event.document);
    if (document) event.row = documentRow(document);
  }
}

function common(em: Em, { id, acting, facts, past, graceMs }: Sender, now: Date, outcome: Outcome) {
  const side = acting.as === 'link' ? ('client' as const) : ('owner' as const);
  return {
    id,
    acting,
    side,
    facts,
    now,
    past,
    graceMs,
    add: ((entity, data) => {
      outcome.moved = true;
      refuseTaken(em, entity, data);
      const made = em.create(entity, data);
      em.persist(made);
      return made;
    }) as DealScope['add'],
    append: ((entity, data) => void outcome.rows.push({ entity: entity as EntityName<object>, data: { ...data } })) as DealScope['append'],
    remove(entity: object) {
      outcome.moved = true;
      em.remove(entity);
    },
    // Of a past that is only told, only what is still to come is left to be done.
    later: (job: Job) => void ((past && !(job.after && job.after > new Date())) || outcome.jobs.push(job)),
    room: (bytes: number) => void (outcome.room += bytes),
    keep: (blob: NewBlob) => void outcome.blobs.push(blob),
  };
}

/**
 * Some ids are chosen by who sends a command. Of two in one group that choose the same, the second would be handed the first one's entity by the entity
 * manager, and change it: it collides here instead, as it would in the database.
 */
function refuseTaken<T extends object>(em: Em, entity: EntityName<T>, data: RequiredEntityData<T>): void {
  const { id } = data as { id?: unknown };
  if (typeof id === 'string' && em.getUnitOfWork().getById(entity, id as Primary<T>))
    throw Object.assign(new Error('this id is taken'), { code: '23505' });
}

/** An event is checked before it is written: what is in the log is there for ever. */
function checked<T extends EventType>(type: T, data: EventData[T]): EventData[T] {
  return v.parse(EVENT_SCHEMAS[type] as v.GenericSchema<EventData[T]>, data);
}

function nextNumber(loaded: LoadedDeal, counters: Counter[], kind: Kind, issueDate: Day): { number: string; before: Day | null } {
  const year = seriesYear(issueDate);
  const counter = counters.find((one) => one.kind === kind && one.year === year);
  if (!counter) throw new Error(`the counter ${kind} ${year} was not locked`);
  const { lastDate } = counter;
  const before = isChronological(kind) && lastDate !== null && issueDate < lastDate ? lastDate : null;
  if (lastDate === null || issueDate > lastDate) counter.lastDate = issueDate;
  counter.last += 1;
  return { number: writeNumber(loaded.company.numbering[kind], year, counter.last), before };
}

function dealActor(scope: DealScope): Actor {
  const known = findPerson(scope);
  if (scope.acting.as === 'system') return { side: 'system', person: null, name: '' };
  if (scope.acting.as === 'user') return { side: 'owner', person: known?.id ?? null, name: scope.acting.name };
  return { side: 'client', person: known?.id ?? null, name: known?.name ?? contactOf(scope)?.name ?? '' };
}

function person(scope: DealScope, options: { name?: string | null; named?: boolean }): Person {
  const given = options.name?.trim() || null;
  const known = findPerson(scope) ?? addPerson(scope, given);
  // A contact keeps the name the owner gave; whoever has none yet gets the one just typed.
  if (known.name === '' && given !== null) known.name = given;
  if (options.named && known.name === '')
    throw new Refusal('name_required', { faults: [{ pointer: '/name', rule: 'required', detail: 'a name is needed' }] });
  return known;
}

function findPerson({ acting, loaded }: DealScope): Person | undefined {
  if (acting.as === 'system') return undefined;
  if (acting.as === 'user') return loaded.people.find((one) => one.user === acting.user);
  const link = loaded.links.find((one) => one.id === acting.link);
  return loaded.people.find((one) =>
    link?.contact ? one.contact === link.contact : one.link === acting.link && one.browser === acting.browser,
  );
}

function contactOf({ acting, loaded }: DealScope) {
  const link = acting.as === 'link' ? loaded.links.find((one) => one.id === acting.link) : undefined;
  return loaded.contacts.find((contact) => contact.id === link?.contact);
}

function addPerson(scope: DealScope, given: string | null): Person {
  const { acting, loaded, side, now } = scope;
  const contact = contactOf(scope);
  const anonymous = acting.as === 'link' && !contact;
  const made = scope.add(PersonSchema, {
    id: randomUUID(),
    deal: loaded.deal.id,
    side,
    user: acting.as === 'user' ? acting.user : null,
    contact: contact?.id ?? null,
    link: anonymous ? acting.link : null,
    browser: anonymous ? acting.browser : null,
    name: acting.as === 'user' ? acting.name : (contact?.name ?? given ?? ''),
    email: null,
    readSeq: 0,
    position: loaded.people.length,
    createdAt: now,
    reminders: true,
  });
  loaded.people.push(made);
  return made;
}

/** Locks the counters a command may draw from, making those of a new year. */
export async function lockCounters(em: Em, company: string, wanted: { kind: Kind; year: number }[]): Promise<Counter[]> {
  const keys = [...new Map(wanted.map((one) => [`${one.kind} ${one.year}`, one])).values()].sort(
    (a, b) => a.kind.localeCompare(b.kind) || a.year - b.year,
  );
  const counters: Counter[] = [];
  for (const { kind, year } of keys) {
    await em.execute('insert into counters (company_id, kind, year, last) values (?, ?, ?, 0) on conflict do nothing', [
      company,
      kind,
      year,
    ]);
    await em.execute('select 1 from counters where company_id = ? and kind = ? and year = ? for update', [company, kind, year]);
    counters.push(await em.findOneOrFail(CounterSchema, { company, kind, year }));
  }
  return counters;
}

import type { EntityName, RequiredEntityData } from '@mikro-orm/core';
import type { Actor, Audience, EventData, EventType } from '../../shared/events.ts';
import type { Day, Kind } from '../../shared/document.ts';
import type { Side } from '../../shared/view.ts';
import type { Deal, Person } from '../entities/index.ts';
import type { Job } from '../model/jobs.ts';
import type { LoadedClient, LoadedCompany, LoadedDeal } from '../model/loaded.ts';

/** Who sends a command, as the door found out. The right to do so is checked again under the lock. */
export type Acting = ActingUser | ActingLink | ActingSystem;

/** A user in the console (`session` is the session's id), over the API (`key`), on the command line or by mail (neither). */
export interface ActingUser {
  as: 'user';
  company: string;
  user: string;
  name: string;
  session: string | null;
  key: string | null;
}

/** Whoever holds a secret link, in one browser. */
export interface ActingLink {
  as: 'link';
  company: string;
  deal: string;
  link: string;
  /** Whom the link was made for; null: whoever holds it. */
  contact: string | null;
  browser: string;
  /** The owner's user who only tries. */
  triedBy?: string;
}

/** The program itself, in a job. */
export interface ActingSystem {
  as: 'system';
  company: string;
}

/** What the door knows besides the input: evidence, never in shared event data. */
export interface Facts {
  ip: string | null;
  userAgent: string | null;
  /** The PDF of the revision on the screen, with the options that were chosen, rendered before the lock was taken. */
  pdf: { revision: number; chosen: string[]; sha256: string; bytes: Uint8Array } | null;
}

export interface NewBlob {
  sha256: string;
  mediaType: string;
  bytes: Uint8Array;
}

/** What every command has at hand. It never queries, waits or sends. */
interface Scope {
  /** The command's own id. */
  id: string;
  acting: Acting;
  side: Side;
  facts: Facts;
  now: Date;
  /** A past that is only told, such as the demo's: nobody is written to about it. */
  past: boolean;
  /** Milliseconds a message may stay unread before it is mailed. */
  graceMs: number;
  /** Makes an entity that is written with everything else. */
  add<T extends object>(entity: EntityName<T>, data: RequiredEntityData<T>): T;
  /** Makes a row that nothing else of this command refers to, that no command ever changes, and that its own deal's commands do not read. */
  append<T extends object>(entity: EntityName<T>, data: RequiredEntityData<T>): void;
  /** Takes away an entity that was loaded. */
  remove(entity: object): void;
  /** Asks for work after the commit. */
  later(job: Job): void;
  /** Takes (or with less than zero gives back) so many bytes of the company's room for files; refused as `company_full` where there are not enough. */
  room(bytes: number): void;
  /** Bytes to keep under their hash; keeping the same twice keeps them once. */
  keep(blob: NewBlob): void;
}

export interface DealScope extends Scope {
  loaded: LoadedDeal;
  /**
   * The sender as one of the deal's people, made at the first need. `name` is what they gave just now.
   * With `named`, throws Refusal `name_required` while no name is known.
   */
  person(options?: { name?: string | null; named?: boolean }): Person;
  /** The sender among the deal's people, where they are there already. */
  known(): Person | undefined;
  /** The sender as events name them, without making anybody. */
  actor(): Actor;
  /**
   * The next number of our own series; the command must have declared the counter. `before`: the later day on which the last
   * invoice or credit note of the series is dated. (CGI ann. II art. 242 nonies A: numbers follow the days.)
   */
  number(kind: Kind, issueDate: Day): { number: string; before: Day | null };
  /** Says an event about a document; returns the deal sequence it got. `audience` narrows whom this one is for. */
  say<T extends EventType>(type: T, document: string, data: EventData[T], audience?: Audience): number;
}

export interface CompanyScope extends Scope {
  loaded: LoadedCompany;
  actor: Actor;
  say<T extends EventType>(type: T, data: EventData[T]): void;
}

export interface ClientScope extends Scope {
  loaded: LoadedClient;
  actor: Actor;
  /** Says an event in one of the client's deals, or (null) to the company alone. */
  say<T extends EventType>(type: T, deal: Deal | null, data: EventData[T]): void;
}

/** What a command answers besides the sequence: ids, never secrets. */
export type Result = Record<string, unknown>;

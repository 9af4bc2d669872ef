import type { Context } from 'koa';
import type * as v from 'valibot';
import type { Role } from '../../../shared/company.ts';
import type { Name } from '../../commands/index.ts';
import type { ActingUser, Result } from '../../commands/scope.ts';
import type { Intake } from '../../intake.ts';
import type { DoorParts } from '../parts.ts';

/** The API is this table: what is routed, what is checked and what is described are read from the same rows. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Under `/api/v1`, with `:names`. */
  path: string;
  /** `operationId`. */
  id: string;
  family: Family;
  summary: string;
  /** More to know: a sentence or two. */
  notes?: string;
  /** Whose key may do it. Commands check it again under the lock. */
  role: Role;
  query: v.GenericSchema | null;
  body: Body | null;
  answer: Answer;
  /** Statuses of the same success in other circumstances, such as part of a file. */
  also?: readonly number[];
  run: (call: Call<unknown, unknown>) => Promise<unknown>;
}

export const FAMILIES = {
  documents: 'Documents',
  sharing: 'Messages, mails and links',
  payments: 'Payments',
  drafts: 'Drafts',
  deals: 'Deals',
  clients: 'Clients',
  files: 'Files',
  company: 'Company',
  users: 'Users',
  webhooks: 'Webhooks',
  events: 'Events',
} as const;
export type Family = keyof typeof FAMILIES;

/** What a request brings. `schema`: as JSON; `media`: in other types too, which the operation reads itself. */
export interface Body {
  schema: v.GenericSchema | null;
  media: readonly string[];
  optional: boolean;
  /** In bytes, of JSON. */
  limit: number;
  /** A body that would do, of JSON. */
  example?: unknown;
}

/** What a success answers: JSON of a schema, other media, or nothing. */
export interface Answer {
  status: number;
  schema: v.GenericSchema | null;
  media: readonly string[];
}

/** One request, read and checked as far as the table says. */
export interface Call<Q, B> {
  ctx: Context;
  parts: DoorParts;
  acting: ActingUser;
  /** What the key's user may do. */
  role: Role;
  query: Q;
  body: B;
  intake: Intake;
  /** The address of a secret link. */
  linkUrl: (link: string) => string;
  /** The sender's own key for this request, or null. */
  key: string | null;
  /** An id in the path. Throws `not_found` for what is none. */
  id(param?: string): string;
  /** Runs a command. `within`: the field of its input the body became, so that faults are named where the sender wrote them. */
  run(name: Name, input: unknown, within?: string): Promise<Result>;
}

/** 1 MB */
export const BODY_LIMIT = 1_000_000;

interface Given<Q, B, A> {
  method: Operation['method'];
  path: string;
  id: string;
  family: Family;
  summary: string;
  notes?: string;
  role: Role;
  query?: v.GenericSchema<unknown, Q>;
  body?: v.GenericSchema<unknown, B>;
  example?: unknown;
  /** Other types of body than JSON. With these, `run` reads the request itself. */
  accepts?: readonly string[];
  optional?: boolean;
  limit?: number;
  /** 200 unless given, 204 where there is no answer. */
  status?: number;
  answer?: v.GenericSchema<unknown, A>;
  sends?: readonly string[];
  also?: readonly number[];
  run: (call: Call<Q, B>) => Promise<A>;
}

/** A row of the table: what it runs gets what its schemas read, and answers what they describe. */
export function operation<Q = null, B = null, A = void>(given: Given<Q, B, A>): Operation {
  const {
    query = null,
    body = null,
    accepts = [],
    answer = null,
    sends = [],
    optional = false,
    limit = BODY_LIMIT,
    example,
    status,
    ...rest
  } = given;
  return {
    ...rest,
    query,
    body: body === null && accepts.length === 0 ? null : { schema: body, media: accepts, optional, limit, example },
    answer: { status: status ?? (answer === null && sends.length === 0 ? 204 : 200), schema: answer, media: sends },
    // What the schemas have read is of these types.
    run: given.run as Operation['run'],
  };
}

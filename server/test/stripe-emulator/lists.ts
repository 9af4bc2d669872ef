import { badParameter, missing } from './errors.ts';

export interface PageParams {
  limit?: number;
  starting_after?: string;
  ending_before?: string;
  created?: number | { gt?: number; gte?: number; lt?: number; lte?: number };
}

export interface Page<T> {
  object: 'list';
  url: string;
  has_more: boolean;
  data: T[];
}

interface Listed {
  id: string;
  created?: number;
}

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

/** One page of what is given newest first: https://docs.stripe.com/api/pagination */
export function pageOf<T extends Listed>(objects: T[], url: string, resource: string, params: PageParams): Page<T> {
  const { limit = DEFAULT_LIMIT, starting_after: after, ending_before: before, created } = params;
  if (limit < 1 || limit > MAX_LIMIT)
    throw badParameter(`This value must be between 1 and ${MAX_LIMIT} (inclusive).`, 'limit', 'parameter_invalid_integer');
  const fitting = created === undefined ? objects : objects.filter((one) => isWithin(one.created ?? 0, created));
  if (before !== undefined) {
    const end = positionOf(fitting, before, resource, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', url, has_more: start > 0, data: fitting.slice(start, end) };
  }
  const start = after === undefined ? 0 : positionOf(fitting, after, resource, 'starting_after') + 1;
  return { object: 'list', url, has_more: fitting.length > start + limit, data: fitting.slice(start, start + limit) };
}

function positionOf(objects: Listed[], id: string, resource: string, param: string): number {
  const index = objects.findIndex((one) => one.id === id);
  if (index < 0) throw missing(resource, id, param);
  return index;
}

function isWithin(at: number, range: NonNullable<PageParams['created']>): boolean {
  if (typeof range === 'number') return at === range;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return at > gt && at >= gte && at < lt && at <= lte;
}

import { Refusal, REFUSALS, type Fault, type RefusalCode } from '../../shared/refusal.ts';

/** Reads JSON from the console's own address. Throws a Refusal; a server that cannot be reached is `unavailable`. */
export function read<T>(path: string): Promise<T> {
  return call<T>(path, {});
}

/** Posts JSON and reads the answer; null where there is none. Throws as `read` does. */
export function post<T>(path: string, body: unknown): Promise<T> {
  return call<T>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** Puts JSON in the place of what is there, and reads the answer. Throws as `read` does. */
export function put<T>(path: string, body: unknown): Promise<T> {
  return call<T>(path, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** Deletes what is there, and reads the answer. Throws as `read` does. */
export function erase<T>(path: string): Promise<T> {
  return call<T>(path, { method: 'DELETE' });
}

/** Posts a file as it is. Throws as `read` does. */
export function postFile<T>(path: string, file: Blob): Promise<T> {
  return call<T>(path, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: file });
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const answer = await reach(path, init);
  const body = await bodyOf(answer);
  if (!answer.ok) throw problemOf(answer.status, body);
  return body as T;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin', headers: { accept: 'application/json', ...init.headers } });
  } catch {
    throw new Refusal('unavailable');
  }
}

async function bodyOf(answer: Response): Promise<unknown> {
  if (answer.status === 204 || !/\bjson\b/.test(answer.headers.get('content-type') ?? '')) return null;
  return answer.json().catch(() => null);
}

/** A problem document (RFC 9457) as a Refusal; what is not one is judged by its status alone. */
export function problemOf(status: number, body: unknown): Refusal {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const detail = typeof problem.detail === 'string' ? { detail: problem.detail } : {};
  return new Refusal(isCode(problem.code) ? problem.code : codeOf(status), {
    ...detail,
    faults: Array.isArray(problem.faults) ? (problem.faults as Fault[]) : [],
    data: typeof problem.data === 'object' && problem.data !== null ? (problem.data as Record<string, unknown>) : {},
  });
}

function isCode(code: unknown): code is RefusalCode {
  return typeof code === 'string' && Object.hasOwn(REFUSALS, code);
}

function codeOf(status: number): RefusalCode {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 429) return 'rate_limited';
  return status >= 502 ? 'unavailable' : status >= 500 ? 'internal' : 'malformed';
}

/** The refusal behind anything thrown; what is no refusal is our own fault. */
export function refusalOf(thrown: unknown): Refusal {
  return thrown instanceof Refusal ? thrown : new Refusal('internal');
}

import type { IncomingHttpHeaders } from 'node:http';
import { authenticate, permit } from './accounts.ts';
import { ApiError, badParameter, noSuchUrl } from './errors.ts';
import { API_VERSION } from './events.ts';
import type { Fault, Faults } from './faults.ts';
import { decodeForm } from './form.ts';
import type { Idempotency } from './idempotency.ts';
import { newId } from './ids.ts';
import { ROUTES } from './routes/index.ts';
import type { Route } from './routes/route.ts';
import { expireDue } from './sessions.ts';
import type { Key, Remembered } from './state.ts';
import type { World } from './world.ts';

/** A call of the API as it came in. */
export interface ApiRequest {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface ApiAnswer {
  status: number;
  headers: Record<string, string>;
  /** JSON. */
  body: string;
}

/** What becomes of the connection instead of an answer. */
export type Broken = 'reset' | 'hang';

export interface Api {
  world: World;
  idempotency: Idempotency;
  faults: Faults;
}

const SLOW_MS = 200;

/** Answers one call, or says how the connection ends without an answer. Never throws. */
export async function answerApi(api: Api, request: ApiRequest): Promise<ApiAnswer | Broken> {
  const requestId = newId('req_', 14);
  const headers = headersOf(request, requestId);
  try {
    const key = authenticate(api.world, request.headers);
    const { route, id } = routeOf(request);
    permit(key, route.permission);
    checkVersion(request.headers);
    checkType(request);
    return await answerRoute(api, request, { key, route, id, requestId, headers });
  } catch (error) {
    return failure(error, headers);
  }
}

interface Known {
  key: Key;
  route: Route;
  id: string;
  requestId: string;
  headers: Record<string, string>;
}

async function answerRoute(api: Api, request: ApiRequest, known: Known): Promise<ApiAnswer | Broken> {
  const fault = api.faults.take(request.method, request.path);
  const broken = beforeWork(fault);
  if (broken) return broken;
  const answer = await answerOnce(api, request, known, fault);
  // An answer that is given again can be lost as well.
  if (fault?.kind === 'cut') return 'reset';
  return fault?.kind === 'lost' ? 'hang' : answer;
}

/** Runs the call, unless its idempotency key was answered before. Throws an ApiError where the key is in use. */
async function answerOnce(api: Api, request: ApiRequest, known: Known, fault: Fault | null): Promise<ApiAnswer> {
  const { key, headers, requestId } = known;
  const given = request.method === 'POST' ? request.headers['idempotency-key'] : undefined;
  const name = typeof given === 'string' ? given : null;
  const call = `${request.method} ${request.path}`;
  const before = name === null ? null : api.idempotency.begin(key, name, call, request.body);
  if (before) {
    const replayed = { ...headers, 'original-request': before.requestId, 'idempotent-replayed': 'true' };
    return { status: before.status, headers: replayed, body: before.body };
  }
  let kept: Remembered | null = null;
  try {
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms ?? SLOW_MS));
    const { answer, begun } = work(api.world, request, known, name, fault);
    if (begun) kept = { call, form: request.body, status: answer.status, body: answer.body, requestId };
    return answer;
  } finally {
    if (name !== null) api.idempotency.end(key, name, kept);
  }
}

/** What goes wrong before anything is done. Throws an ApiError. */
function beforeWork(fault: Fault | null): Broken | null {
  if (fault?.kind === 'reset' || fault?.kind === 'hang') return fault.kind;
  if (fault?.kind === 'error') throw new ApiError(500, { type: 'api_error', message: 'An unknown error occurred' }, false);
  if (fault?.kind === 'rate_limit')
    throw new ApiError(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' }, false);
  return null;
}

/** Runs the call. A refusal is an answer too; `begun` says whether the idempotency key keeps it. */
function work(
  world: World,
  request: ApiRequest,
  known: Known,
  name: string | null,
  fault: Fault | null,
): { answer: ApiAnswer; begun: boolean } {
  const { key, route, id, requestId, headers } = known;
  try {
    if (fault?.kind === 'error_kept') throw new ApiError(500, { type: 'api_error', message: 'An unknown error occurred' });
    expireDue(world);
    const form = decodeForm(request.method === 'POST' ? request.body : request.query);
    const owner = { account: key.account, livemode: key.livemode };
    const result = world.causedBy({ id: requestId, key: name }, () => route.run({ world, owner, id }, form));
    return { answer: { status: 200, headers, body: JSON.stringify(result, null, 2) }, begun: true };
  } catch (error) {
    return { answer: failure(error, headers), begun: error instanceof ApiError && error.begun };
  }
}

function routeOf({ method, path }: ApiRequest): { route: Route; id: string } {
  for (const route of ROUTES) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match) return { route, id: match[1] ?? '' };
  }
  throw noSuchUrl(method, path);
}

function checkVersion(headers: IncomingHttpHeaders): void {
  const version = headers['stripe-version'];
  if (version !== undefined && !/^20\d\d-\d\d-\d\d(\.[a-z]+)?$/.test(String(version)))
    throw badParameter(`Invalid Stripe API version: ${String(version)}`, 'Stripe-Version');
}

function checkType({ body, headers }: ApiRequest): void {
  const type = headers['content-type'] ?? '';
  if (body !== '' && !type.startsWith('application/x-www-form-urlencoded'))
    throw badParameter('Invalid request (check that your POST content type is application/x-www-form-urlencoded).', 'Content-Type');
}

function headersOf({ headers }: ApiRequest, requestId: string): Record<string, string> {
  const key = headers['idempotency-key'];
  return {
    'content-type': 'application/json',
    'request-id': requestId,
    'stripe-version': String(headers['stripe-version'] ?? API_VERSION),
    ...(typeof key === 'string' ? { 'idempotency-key': key } : {}),
  };
}

function failure(error: unknown, headers: Record<string, string>): ApiAnswer {
  if (!(error instanceof ApiError)) process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
  const refusal = error instanceof ApiError ? error : new ApiError(500, { type: 'api_error', message: 'The emulator has a fault.' });
  const withRealm = refusal.status === 401 ? { ...headers, 'www-authenticate': 'Bearer realm="Stripe"' } : headers;
  return { status: refusal.status, headers: withRealm, body: JSON.stringify({ error: refusal.error }, null, 2) };
}

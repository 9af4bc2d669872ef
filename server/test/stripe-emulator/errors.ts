/** Stripe's error object, as it stands under `error` in an answer. */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error' | 'rate_limit_error';
  message: string;
  code?: string;
  param?: string;
  doc_url?: string;
}

/** A refusal in Stripe's words. */
export class ApiError extends Error {
  readonly status: number;
  readonly error: ErrorBody;
  /** Whether an idempotency key keeps it: what was refused before the call began may be tried again. */
  readonly begun: boolean;

  constructor(status: number, error: ErrorBody, begun = true) {
    super(error.message);
    this.status = status;
    this.error = error.code === undefined ? error : { ...error, doc_url: docUrl(error.code) };
    this.begun = begun;
  }
}

/** A parameter that is missing, unknown or badly written: the call has not begun. */
export function badParameter(message: string, param: string, code?: string): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, param, ...(code === undefined ? {} : { code }) }, false);
}

/** What Stripe understands and does not do. */
export function refused(message: string, extra: { code?: string; param?: string } = {}): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...extra });
}

export function missing(resource: string, id: string, param: string): ApiError {
  return new ApiError(404, { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${resource}: '${id}'`, param });
}

export function noSuchUrl(method: string, path: string): ApiError {
  const message = `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`;
  return new ApiError(404, { type: 'invalid_request_error', message }, false);
}

export function noKey(): ApiError {
  const message =
    "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.";
  return new ApiError(401, { type: 'invalid_request_error', message }, false);
}

export function invalidKey(secret: string): ApiError {
  return new ApiError(401, { type: 'invalid_request_error', message: `Invalid API Key provided: ${masked(secret)}` }, false);
}

export function notPermitted(secret: string, account: string, permission: string): ApiError {
  const message = `The provided key '${masked(secret)}' does not have the required permissions for this endpoint on account '${account}'. Having the 'rak_${permission}' permission would allow this request to continue.`;
  return new ApiError(403, { type: 'invalid_request_error', message }, false);
}

/** A key as it may be shown: its kind and its last four characters. */
function masked(secret: string): string {
  const kind = /^[a-z]+_(test|live)_/.exec(secret)?.[0] ?? '';
  return `${kind}***${secret.slice(Math.max(kind.length, secret.length - 4))}`;
}

function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
}

import type { Decimal, Minor } from './money.ts';

/** The closed list of refusals: stable code → HTTP status (RFC 9457 `status`). The words are in the catalogues. */
export const REFUSALS = {
  malformed: 400,
  unauthorized: 401,
  bad_credentials: 401,
  forbidden: 403,
  bad_origin: 403,
  not_found: 404,
  method_not_allowed: 405,
  revision_changed: 409,
  already_decided: 409,
  quote_expired: 409,
  action_not_allowed: 409,
  already_issued: 409,
  already_revoked: 409,
  revision_not_allowed: 409,
  already_set_up: 409,
  protocol_mismatch: 409,
  too_large: 413,
  unsupported_media_type: 415,
  program_refused: 415,
  invalid_input: 422,
  id_reused: 422,
  name_required: 422,
  client_without_email: 422,
  xml_not_wellformed: 422,
  xml_forbidden: 422,
  xml_unknown: 422,
  en16931_failed: 422,
  reference_not_found: 422,
  contact_without_email: 422,
  upload_broken: 400,
  document_full: 409,
  draft_changed: 409,
  not_a_draft: 409,
  cannot_follow: 409,
  nothing_left: 409,
  quantity_exceeded: 409,
  deposit_exceeded: 409,
  choice_changed: 409,
  goes_on: 409,
  not_payable: 409,
  amount_exceeded: 409,
  payment_running: 409,
  payments_on_their_way: 409,
  payment_refused: 409,
  payment_unavailable: 503,
  not_reversible: 409,
  not_refundable: 409,
  email_taken: 409,
  last_owner: 409,
  picture_unreadable: 415,
  company_full: 409,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  storage_full: 507,
} as const;

export type RefusalCode = keyof typeof REFUSALS;

/** One fault of an input: where (JSON pointer, RFC 6901, or an XPath) and why, in English for integrators. */
export interface Fault {
  pointer: string;
  /** A stable word for the kind of fault (`required`, `decimal`, `date`, `unknown_field`, `BR-CO-15`, …). */
  rule: string;
  detail: string;
  /** Where there is less than was asked for: how much there is, a quantity or an amount. */
  most?: Decimal | Minor;
}

/** A refusal as it travels: the code, the faults, and what the other side needs to know (`data`). */
export interface RefusalBody {
  code: RefusalCode;
  detail: string | null;
  faults: Fault[];
  /** e.g. for `revision_changed`: `{ revision, changes }`; for `already_decided`: `{ status, by, at }`. */
  data: Record<string, unknown>;
}

/** Thrown by commands and doors for everything that is the sender's to mend; never for our own faults. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly faults: Fault[];
  readonly data: Record<string, unknown>;
  readonly detail: string | null;

  constructor(code: RefusalCode, options: { detail?: string; faults?: Fault[]; data?: Record<string, unknown> } = {}) {
    super(options.detail ?? code);
    this.name = 'Refusal';
    this.code = code;
    this.detail = options.detail ?? null;
    this.faults = options.faults ?? [];
    this.data = options.data ?? {};
  }

  get status(): number {
    return REFUSALS[this.code];
  }

  body(): RefusalBody {
    return { code: this.code, detail: this.detail, faults: this.faults, data: this.data };
  }
}

/** The part of JSON Schema (as OpenAPI 3.0 has it) that Stripe's description uses. */
export interface Schema {
  $ref?: string;
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';
  nullable?: boolean;
  enum?: unknown[];
  maxLength?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
}

/** What `extract-description.ts` takes out of Stripe's published description. */
export interface Description {
  source: string;
  schemas: Record<string, Schema>;
  /** What each call may be sent, by its method and path. */
  requests: Record<string, Schema>;
}

/** The calls of Stripe's API that the emulator answers, as its description writes them. */
export const CALLS = [
  'GET /v1/account',
  'POST /v1/checkout/sessions',
  'GET /v1/checkout/sessions',
  'GET /v1/checkout/sessions/{session}',
  'GET /v1/checkout/sessions/{session}/line_items',
  'POST /v1/checkout/sessions/{session}/expire',
  'GET /v1/payment_intents',
  'GET /v1/payment_intents/{intent}',
  'GET /v1/charges',
  'GET /v1/charges/{charge}',
  'POST /v1/refunds',
  'GET /v1/refunds',
  'GET /v1/refunds/{refund}',
  'GET /v1/disputes',
  'GET /v1/disputes/{dispute}',
  'POST /v1/disputes/{dispute}/close',
  'GET /v1/balance_transactions/{id}',
  'GET /v1/events',
  'GET /v1/events/{id}',
] as const;

export type Call = (typeof CALLS)[number];

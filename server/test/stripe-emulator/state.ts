import type Stripe from 'stripe';
import type { DebitOutcome, Failure, Method } from './methods.ts';

/** Whose an object is: keys of another account, or of the other mode, do not find it. */
export interface Owner {
  account: string;
  livemode: boolean;
}

export interface Account {
  id: string;
  name: string;
  email: string;
  country: string;
  currency: string;
  capabilities: Record<string, 'active' | 'inactive' | 'pending'>;
}

export interface Key extends Owner {
  secret: string;
  /** What a restricted key may not do, like `checkout_session_write`. */
  denied: string[];
}

export interface Endpoint extends Owner {
  id: string;
  url: string;
  secret: string;
  apiVersion: string;
  /** Types of events, or `*`. */
  events: string[];
}

/** Each kind of object that is kept, with the SDK's own type. References are ids; `expand` puts the objects in when they are asked for. */
export interface Kinds {
  session: Stripe.Checkout.Session;
  intent: Stripe.PaymentIntent;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  transaction: Stripe.BalanceTransaction;
  event: Stripe.EventBase;
}
export type Kind = keyof Kinds;

export interface Row<K extends Kind = Kind> {
  owner: Owner;
  object: Kinds[K];
}

/** A payment that waits for its client (3-D Secure, PayPal) or for the bank (debit). */
export interface Waiting {
  method: Method;
  card?: string;
  /** A debit: what becomes of it, and when by itself (milliseconds since the epoch; null: only when told). */
  debit?: { iban: string; outcome: DebitOutcome; at: number | null };
}

/** What belongs to a session and is not shown on it. */
export interface Behind {
  lines: Stripe.LineItem[];
  intent: Stripe.Checkout.SessionCreateParams.PaymentIntentData;
  waiting: Waiting | null;
  /** Shown on the hosted page: why the last attempt failed. */
  failure: Failure | null;
  /** May be paid although it has expired. */
  payable: boolean;
}

export interface Try {
  /** Milliseconds since the epoch. */
  at: number;
  status: number | null;
  detail: string | null;
}

/** One event on its way to one endpoint. */
export interface Delivery {
  id: string;
  event: string;
  endpoint: string;
  state: 'pending' | 'delivered' | 'given_up';
  tries: Try[];
}

/** An answer that is given again to the same idempotency key. */
export interface Remembered {
  call: string;
  form: string;
  status: number;
  body: string;
  requestId: string;
}

/** Everything the emulator knows: plain data, written to a file as it is. */
export interface State {
  accounts: Record<string, Account>;
  keys: Record<string, Key>;
  endpoints: Record<string, Endpoint>;
  objects: { [K in Kind]: Record<string, Row<K>> };
  behind: Record<string, Behind>;
  deliveries: Record<string, Delivery>;
  remembered: Record<string, Remembered>;
  /** How far the emulator's clock is ahead, in seconds. */
  clockOffset: number;
  /** Events wait until they are told to go. */
  hold: boolean;
  /** Every expired session may be paid. */
  payExpired: boolean;
}

export function emptyState(): State {
  return {
    accounts: {},
    keys: {},
    endpoints: {},
    objects: { session: {}, intent: {}, charge: {}, refund: {}, dispute: {}, transaction: {}, event: {} },
    behind: {},
    deliveries: {},
    remembered: {},
    clockOffset: 0,
    hold: false,
    payExpired: false,
  };
}

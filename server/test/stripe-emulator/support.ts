import Stripe from 'stripe';
import * as assert from 'uvu/assert';
import { openReceiver, type Receiver } from '../receiver.ts';
import { startEmulator, type Emulator, type EmulatorOptions } from './emulator.ts';
import { faultsOf } from './validity.ts';

export const ACCOUNT = 'acct_1Atelier';
export const KEY = 'sk_test_atelier';
export const SECRET = 'whsec_atelier';

/** An emulator with one account, its SDK, and an endpoint that remembers what it was told. */
export interface Workshop {
  emulator: Emulator;
  control: Emulator['control'];
  stripe: Stripe;
  hook: Receiver;
  /** The events the endpoint was told, their signatures and contents checked. */
  told(): Stripe.Event[];
  /** A session over 12.34 €, unless told otherwise. */
  session(params?: Partial<Stripe.Checkout.SessionCreateParams>): Promise<Stripe.Checkout.Session>;
  close(): Promise<void>;
}

export async function openWorkshop(options: EmulatorOptions = {}): Promise<Workshop> {
  const hook = await openReceiver();
  const emulator = await startEmulator({
    retryMs: [20, 40],
    timeoutMs: 2000,
    ...options,
    accounts: [
      { id: ACCOUNT, name: 'Atelier Martin', keys: [{ secret: KEY }], endpoints: [{ url: hook.url, secret: SECRET }] },
      ...(options.accounts ?? []),
    ],
  });
  const stripe = sdk(emulator, KEY);
  return {
    emulator,
    control: emulator.control,
    stripe,
    hook,
    told: () =>
      hook.received.map(({ body, headers }) => {
        const event = stripe.webhooks.constructEvent(body, String(headers['stripe-signature']), SECRET);
        assert.equal(faultsOf(event), [], event.type);
        return event;
      }),
    session: (params = {}) =>
      stripe.checkout.sessions.create({
        mode: 'payment',
        success_url: 'http://localhost:9/done?session={CHECKOUT_SESSION_ID}',
        cancel_url: 'http://localhost:9/back',
        line_items: [line(1234)],
        ...params,
      }),
    async close() {
      await emulator.close();
      hook.close();
    },
  };
}

/** The SDK on an emulator; every answer it gets is held against Stripe's description. */
export function sdk({ port }: { port: number }, key: string): Stripe {
  const checked = async (url: string | URL | Request, init?: RequestInit) => {
    const response = await fetch(url, init);
    const answer: unknown = await response.clone().json();
    assert.equal(faultsOf(answer), [], String(url));
    return response;
  };
  return new Stripe(key, {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    httpClient: Stripe.createFetchHttpClient(checked),
  });
}

export function line(amount: number, currency = 'eur', quantity = 1): Stripe.Checkout.SessionCreateParams.LineItem {
  return { quantity, price_data: { currency, unit_amount: amount, product_data: { name: 'Invoice F-2026-7' } } };
}

/** What a call was refused with. Fails where it was not. */
export async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    // An answer that is not as described breaks the connection: it is no refusal.
    if (!(error instanceof Stripe.errors.StripeError) || error instanceof Stripe.errors.StripeConnectionError) throw error;
    return error;
  }
  throw new Error('it was not refused');
}

/** Posts a form of the hosted page; the answer is not followed. */
export function post(url: string, fields: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

export function idOf(reference: string | { id: string } | null): string {
  assert.ok(reference);
  return typeof reference === 'string' ? reference : reference.id;
}

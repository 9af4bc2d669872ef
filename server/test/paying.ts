import { randomUUID } from 'node:crypto';
import type { App } from '../app.ts';
import type { DocumentView } from '../../shared/view.ts';
import { dealView } from '../views/deal.ts';
import { form, issued, until, type Made } from './doors.ts';
import { startApp, type StartOptions, type TestApp } from './harness.ts';
import { startEmulator, type Emulator, type EmulatorOptions } from './stripe-emulator/emulator.ts';

/** Paying through the real doors: the program, and Stripe as a process of its own would be. */

export const ACCOUNT = 'acct_1Test0000000000';
export const KEY = 'rk_test_51TestKeyOfTheTests';
export const WEBHOOK_SECRET = 'whsec_testsecretofthewebhookofthetests';
/** The card that always pays. */
export const GOOD_CARD = '4242424242424242';

export interface Till {
  app: TestApp;
  stripe: Emulator;
  close(): Promise<void>;
}

/** A program whose company is set up for Stripe through the console, and an emulator that tells it of everything. */
export async function openTill(
  options: StartOptions = {},
  {
    methods = ['card', 'paypal', 'sepa_debit'],
    partial = true,
    ...emulator
  }: { methods?: string[]; partial?: boolean } & EmulatorOptions = {},
): Promise<Till> {
  const stripe = await startEmulator({ retryMs: [50, 100, 200, 400, 800], ...emulator });
  const app = await startApp({ ...options, stripeUrl: stripe.url });
  await register(stripe, app);
  await saveSettings(app, { key: KEY, webhookSecret: WEBHOOK_SECRET, methods, partial });
  return {
    app,
    stripe,
    async close() {
      await stripe.close();
      await app.close();
    },
  };
}

/** The account of the company, with its events sent to the first program or to another one. */
export async function register(stripe: Emulator, app: App & { company: string }, to: App = app): Promise<void> {
  const url = `${to.url}/webhooks/stripe/${app.company}`;
  await stripe.control('register', { id: ACCOUNT, keys: [{ secret: KEY }], endpoints: [{ url, secret: WEBHOOK_SECRET }] });
}

/** What the settings page sends. */
export async function saveSettings(app: TestApp, settings: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${app.url}/console/payments`, {
    method: 'PUT',
    headers: { cookie: app.cookie, origin: app.url, 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** An invoice of 240.00 € with VAT, unless said otherwise. */
export function invoice(app: TestApp, extra: Record<string, unknown> = {}): Promise<Made> {
  return issued(app, 'invoice', extra);
}

/** Presses *Pay online* as the page's script does. */
export async function pressPay(
  app: App,
  made: Pick<Made, 'id' | 'token'>,
  { amount = '', command = randomUUID() as string }: { amount?: string; command?: string } = {},
): Promise<{ status: number; url: string; session: string; code: string; body: Record<string, unknown> }> {
  const response = await form(app, `/d/${made.token}/${made.id}/pay`, { command, amount }, { accept: 'application/json' });
  const body = (await response.json()) as { url?: string; code?: string };
  const url = body.url ?? '';
  return { status: response.status, url, session: url.split('/').at(-1)?.split('#')[0] ?? '', code: body.code ?? '', body };
}

/** The document as one side sees it now. */
export async function seen(app: App, made: Made, side: 'owner' | 'client' = 'client'): Promise<DocumentView> {
  const view = await dealView(app.em(), made.deal, side);
  const document = view?.documents.find((one) => one.id === made.id);
  if (!document) throw new Error('the document is not there');
  return document;
}

/** Waits until the document is in a state. */
export function becomes(app: App, made: Made, is: (document: DocumentView) => boolean, what: string): Promise<DocumentView> {
  return until(async () => {
    const document = await seen(app, made);
    return is(document) ? document : null;
  }, what);
}

/** The types of the deal's events, in order, as far as they are about money. */
export async function moneyEvents(app: App, made: Made): Promise<string[]> {
  const rows = await app
    .em()
    .execute<{ type: string }[]>(
      "select type from events where document = ? and (type like 'payment.%' or type like 'refund.%' or type like 'dispute.%') order by seq",
      [made.id],
    );
  return rows.map((row) => row.type);
}

import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import type { Made } from '../test/doors.ts';
import { ACCOUNT, GOOD_CARD, KEY, WEBHOOK_SECRET } from '../test/paying.ts';
import { startEmulator, type Emulator } from '../test/stripe-emulator/emulator.ts';
import type { World } from './world.ts';

/** Stripe as the rig has it: the emulator of the tests, on its own side of a wire. */
export interface StripeSide {
  emulator: Emulator;
  /** Tells Stripe of the company, which hears of its money at both servers, and tells the company of Stripe. */
  register(world: World, cookie: string, company: string): Promise<void>;
  /** Somebody presses *Pay online*: the session of the page that was made. */
  press(world: World, made: Made, on: number): Promise<string>;
  /** Pays a page; what Stripe has taken is written down. Answers the events it has about it. */
  pay(world: World, made: Made, session: string): Promise<Stripe.EventBase[]>;
  /** The answer to the next event at the first server is not handed on: `then` happens in its place. */
  loseAnswer(then: () => void): void;
  /** Sends an event by hand, signed as given, and answers the status. */
  send(world: World, body: string, signature: string, company: string): Promise<number>;
  close(): Promise<void>;
}

export async function openStripe(): Promise<StripeSide> {
  const emulator = await startEmulator({ retryMs: [200, 500, 1000, 2000, 4000, 4000, 8000] });
  let lost: (() => void) | null = null;
  let to = '';
  // Stands between Stripe and the first server.
  const between = createServer((asked, answer) => {
    const sent = request(`${to}${asked.url}`, { method: 'POST', headers: asked.headers, agent: false }, (got) => {
      got.resume();
      const then = lost;
      lost = null;
      if (then === null) return void answer.writeHead(got.statusCode ?? 502).end();
      then();
      asked.socket.destroy();
    });
    sent.on('error', () => asked.socket.destroy());
    asked.pipe(sent);
  });
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  const { port } = between.address() as AddressInfo;

  return {
    emulator,
    async register(world, cookie, company) {
      to = world.server(0).url;
      const path = `/webhooks/stripe/${company}`;
      const endpoints = [`http://127.0.0.1:${port}`, ...world.servers.slice(1).map(({ url }) => url)].map((url) => ({
        url: url + path,
        secret: WEBHOOK_SECRET,
      }));
      await emulator.control('register', { id: ACCOUNT, keys: [{ secret: KEY }], endpoints });
      const saved = await fetch(`${to}/console/payments`, {
        method: 'PUT',
        headers: { cookie, origin: to, 'content-type': 'application/json' },
        body: JSON.stringify({ key: KEY, webhookSecret: WEBHOOK_SECRET, methods: ['card', 'sepa_debit'], partial: false }),
      });
      if (saved.status !== 200) throw new Error(`the settings for Stripe were answered ${saved.status}`);
    },
    async press(world, made, on) {
      const { url } = world.server(on);
      const answer = await fetch(`${url}/d/${made.token}/${made.id}/pay`, {
        method: 'POST',
        headers: { origin: url, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ command: randomUUID(), amount: '' }),
      });
      const page = (await answer.json()) as { url?: string };
      if (page.url === undefined) throw new Error(`no payment page: ${JSON.stringify(page)}`);
      return page.url.split('/').at(-1)?.split('#')[0] ?? '';
    },
    async pay(world, made, session) {
      const { charge, intent } = await emulator.control('pay', { session, method: 'card', card: GOOD_CARD });
      if (charge === null || intent === null) throw new Error('a good card was not taken');
      world.history.add({ what: 'charged', charge: charge.id, document: made.id, amount: charge.amount });
      const events = await emulator.control('events', {});
      return events.filter((event) => JSON.stringify(event).includes(intent.id));
    },
    loseAnswer(then) {
      lost = then;
    },
    async send(world, body, signature, company) {
      const answer = await fetch(`${world.server(0).url}/webhooks/stripe/${company}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'stripe-signature': signature },
        body,
      });
      return answer.status;
    },
    async close() {
      between.close();
      between.closeAllConnections();
      await emulator.close();
    },
  };
}

/** Stripe's scheme: `v1` is the HMAC-SHA256 of `timestamp.body`. `age`: how many seconds ago it was signed. */
export function signed(body: string, { secret = WEBHOOK_SECRET, age = 0 } = {}): string {
  const t = Math.floor(Date.now() / 1000) - age;
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { App } from '../app.ts';
import type { Acting } from '../commands/scope.ts';
import { UserSchema } from '../entities/index.ts';
import type { Database } from '../db.ts';
import type { Seal } from '../secrets.ts';
import { DEMO } from './company.ts';

/** Stripe as the demo has it: a process of our own on this machine, in which no money moves. */
export interface DemoStripe {
  /** Its API. */
  url: string;
  /** From now on it tells a program of what happens. */
  tell(to: { local: string; company: string }): Promise<void>;
  close(): Promise<void>;
}

interface Spawned {
  url: string;
  control(name: 'register', input: object): Promise<unknown>;
  close(): Promise<void>;
}

/** Known to everybody who reads this: they open nothing but the emulator. */
const KEY = 'rk_test_51DemoPlomberieBellecour';
const WEBHOOK_SECRET = 'whsec_demoPlomberieBellecour';
const ACCOUNT = 'acct_1DemoBellecour';
/** How long the emulated bank takes for a debit, in milliseconds. */
const DEBIT_MS = 60_000;

/** Whether this database has the demo's company in it. */
export async function hasDemo(database: Database): Promise<boolean> {
  return (await database.orm.em.fork().count(UserSchema, { email: DEMO.user.email })) > 0;
}

/** Starts it; what was paid in it is kept in the data folder. */
export async function openDemoStripe(dataDir: string): Promise<DemoStripe> {
  // It belongs to the tests, and nothing of the program is built on it.
  const { spawnEmulator } = (await import(new URL('../test/stripe-emulator/spawn.ts', import.meta.url).href)) as {
    spawnEmulator(options: { state: string; settleMs: number }): Promise<Spawned>;
  };
  const emulator = await spawnEmulator({ state: join(dataDir, 'stripe-emulator.json'), settleMs: DEBIT_MS });
  return {
    url: emulator.url,
    async tell({ local, company }) {
      const url = `${local}/webhooks/stripe/${company}`;
      const { name } = DEMO.company;
      const { email } = DEMO.user;
      await emulator.control('register', {
        id: ACCOUNT,
        name,
        email,
        keys: [{ secret: KEY }],
        endpoints: [{ url, secret: WEBHOOK_SECRET }],
        replaceEndpoints: true,
      });
    },
    close: () => emulator.close(),
  };
}

/** The demo's company takes card, PayPal and direct debit, and parts of an invoice. */
export async function setUpDemoStripe(app: App, seal: Seal, owner: Acting, now: Date): Promise<void> {
  const sealed = (text: string) => seal.close(Buffer.from(text, 'utf8'));
  const input = {
    key: { sealed: sealed(KEY), hint: KEY.slice(-4), test: true },
    webhookSecret: sealed(WEBHOOK_SECRET),
    methods: ['card', 'paypal', 'sepa_debit'],
    partial: true,
  };
  const facts = { ip: null, userAgent: 'demo', pdf: null };
  await app.execute({ name: 'saveOnline', id: randomUUID(), input, acting: owner, facts, now });
}

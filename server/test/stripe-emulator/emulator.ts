import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { AccountInput } from './accounts.ts';
import { Faults } from './faults.ts';
import { Idempotency } from './idempotency.ts';
import { settleDue } from './payments.ts';
import { openServer, type Parts } from './server.ts';
import { expireDue } from './sessions.ts';
import { Store } from './store.ts';
import { runVerb, type Control, type Emulation } from './verbs.ts';
import { Deliverer } from './webhooks.ts';
import { World } from './world.ts';

export interface EmulatorOptions {
  /** 0 unless set: any free one. Always on 127.0.0.1. */
  port?: number | undefined;
  /** Guards the control door; made up unless given. */
  token?: string | undefined;
  /** Accounts with their keys and endpoints, registered before it listens. */
  accounts?: AccountInput[] | undefined;
  /** How long after each failed delivery the next one comes, in milliseconds; then it is given up. */
  retryMs?: number[] | undefined;
  /** For one delivery, in milliseconds. */
  timeoutMs?: number | undefined;
  /** After how long a debit is settled by itself, in milliseconds; null unless set: only when told. */
  settleMs?: number | null | undefined;
  /** A file that keeps the state over restarts. */
  state?: string | undefined;
}

export interface Emulator {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  port: number;
  token: string;
  control: Control;
  /** Resolves when every delivery that is due has been made. Rejects after `timeoutMs`. */
  idle(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = [1000, 5000, 30_000, 120_000, 600_000];
const TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 65_000;
/** How often it looks whether time has ended something. */
const TICK_MS = 250;

/** Starts an emulator in this process. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const token = options.token ?? randomBytes(24).toString('base64url');
  const store = new Store(options.state ?? null);
  const ready = Promise.withResolvers<Parts>();
  const server = openServer(ready.promise);
  // Longer than any client keeps an idle connection: none is closed while a call is on its way.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  const world = new World({ base: url, settleMs: options.settleMs ?? null }, store.load(url));
  const onChange = () => store.changed({ base: url, state: world.state });
  const deliverer = new Deliverer(world, { retryMs: options.retryMs ?? RETRY_MS, timeoutMs: options.timeoutMs ?? TIMEOUT_MS }, onChange);
  const faults = new Faults();
  const emulation: Emulation = { world, deliverer, faults };
  for (const account of options.accounts ?? []) await runVerb(emulation, 'register', account);
  ready.resolve({ api: { world, idempotency: new Idempotency(world), faults }, emulation, token, onChange });
  onChange();
  const ticking = setInterval(() => {
    const [expired, settled] = [expireDue(world), settleDue(world)];
    if (expired || settled) onChange();
  }, TICK_MS);

  return {
    url,
    port,
    token,
    control: async (name, input) => {
      const result = await runVerb(emulation, name, input);
      onChange();
      return result as never;
    },
    async idle(timeoutMs = 10_000) {
      const until = Date.now() + timeoutMs;
      while (!deliverer.idle) {
        if (Date.now() > until) throw new Error('deliveries are still under way');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async close() {
      clearInterval(ticking);
      deliverer.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.flush();
    },
  };
}

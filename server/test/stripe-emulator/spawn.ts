import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AccountInput } from './accounts.ts';
import { controlAt } from './client.ts';
import type { Control } from './verbs.ts';

export interface SpawnOptions {
  port?: number;
  state?: string;
  settleMs?: number;
  retryMs?: number[];
  timeoutMs?: number;
  accounts?: AccountInput[];
}

export interface Spawned {
  url: string;
  token: string;
  control: Control;
  pid: number;
  /** Ends it; resolves when it has gone. May be called again. */
  close(): Promise<void>;
}

/** Starts an emulator as a process of its own, which ends with this one. Rejects where it ends before it listens. */
export async function spawnEmulator(options: SpawnOptions = {}): Promise<Spawned> {
  const { port, state, settleMs, retryMs, timeoutMs, accounts = [] } = options;
  const given = { port, state, 'settle-ms': settleMs, 'retry-ms': retryMs?.join(','), 'timeout-ms': timeoutMs };
  const args = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, STRIPE_EMULATOR_ACCOUNTS: JSON.stringify(accounts) },
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    once(lines, 'line'),
    ended.then(([code]) => Promise.reject(new Error(`the emulator ended with ${String(code)}`))),
  ]);
  const { url, control: token } = JSON.parse(String((first as unknown[])[0])) as { url: string; control: string };
  return {
    url,
    token,
    control: controlAt(url, token),
    pid: child.pid ?? 0,
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

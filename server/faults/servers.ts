import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { History } from './history.ts';
import { launch, steadyPort, until } from './processes.ts';

/** A real server of the product, as a process of its own, that may be struck down and comes back under the same address. */
export interface Server {
  name: string;
  url: string;
  port: number;
  /** Starts it as whoever runs it would: the same command again. Resolves when it says it is ready. */
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Stops it in the middle of whatever it does, and lets it go on. */
  freeze(): void;
  thaw(): void;
  /** SIGTERM; resolves when it has ended. */
  stop(): Promise<{ code: number | string; ms: number }>;
  /** Resident memory in MB; 0 when it does not run. */
  memory(): number;
  /** What it has said since it was last started. */
  output(): string;
  readonly running: boolean;
}

export interface ServerOptions {
  name: string;
  env: Readonly<Record<string, string>>;
  /** Where what it says is kept. */
  log: string;
  /** Names of faults to be planted in it (`planted.ts`). */
  plants: readonly string[];
  history: History;
}

const ROOT = join(import.meta.dirname, '../..');
const HOOK = join(import.meta.dirname, 'plant-hook.ts');
const READY_MS = 60_000;
/** What is kept in memory of what a server says. */
const KEPT = 100_000;

interface Running {
  child: ReturnType<typeof launch>;
  ended: Promise<number | string>;
  /** We have ended it. */
  wanted: boolean;
  ready: boolean;
}

export async function makeServer({ name, env, log, plants, history }: ServerOptions): Promise<Server> {
  const port = await steadyPort();
  const kept = createWriteStream(log, { flags: 'a' });
  let process_: Running | null = null;
  let text = '';

  async function end(signal: NodeJS.Signals): Promise<number | string> {
    const was = process_;
    if (was === null) return 0;
    was.wanted = true;
    was.child.kill(signal);
    return was.ended;
  }

  return {
    name,
    port,
    url: `http://127.0.0.1:${port}`,
    get running() {
      return process_ !== null;
    },
    async start() {
      if (process_ !== null) throw new Error(`${name} runs already`);
      text = '';
      const hook = plants.length === 0 ? [] : ['--import', HOOK];
      const child = launch(process.execPath, [...hook, join(ROOT, 'server/main.ts')], {
        cwd: ROOT,
        // Nothing of our own environment but what is given.
        env: {
          PATH: process.env['PATH'] ?? '',
          NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/compile'),
          HOST: '127.0.0.1',
          PORT: String(port),
          LOG_LEVEL: 'warn',
          DEMO: '0',
          ...env,
          ...(plants.length === 0 ? {} : { WD_PLANT: plants.join(',') }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const hear = (data: Buffer) => {
        kept.write(data);
        text = (text + data.toString()).slice(-KEPT);
      };
      child.stdout?.on('data', hear);
      child.stderr?.on('data', hear);
      const { promise: ended, resolve } = Promise.withResolvers<number | string>();
      const mine = { child, ended, wanted: false, ready: false };
      process_ = mine;
      child.once('close', (code, signal) => {
        process_ = null;
        const how = code ?? signal ?? 'unknown';
        history.add({
          what: 'ended',
          server: name,
          code: how,
          // Whoever starts it sees that it does not come so far.
          wanted: mine.wanted || !mine.ready,
        });
        resolve(how);
      });
      await until(`${name} is ready`, READY_MS, () => {
        if (process_ !== mine) throw new Error(`${name} ended while it started:\n${text}`);
        return text.includes('webdocument is ready');
      });
      mine.ready = true;
      history.add({ what: 'fault', of: `${name} is there` });
    },
    async kill() {
      history.add({ what: 'fault', of: `${name} is killed` });
      await end('SIGKILL');
    },
    freeze() {
      history.add({ what: 'fault', of: `${name} is frozen` });
      process_?.child.kill('SIGSTOP');
    },
    thaw() {
      history.add({ what: 'fault', of: `${name} goes on` });
      process_?.child.kill('SIGCONT');
    },
    async stop() {
      history.add({ what: 'fault', of: `${name} is asked to stop` });
      const began = performance.now();
      const code = await end('SIGTERM');
      // One turn more, so that what its sockets said last has been read.
      await delay(20);
      return { code, ms: Math.round(performance.now() - began) };
    },
    memory() {
      const pid = process_?.child.pid;
      if (pid === undefined) return 0;
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    },
    output: () => text,
  };
}

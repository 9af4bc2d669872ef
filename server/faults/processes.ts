import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What the rig starts beside itself, and ends again whatever happens. */

const running = new Set<ChildProcess>();

/** Starts a program; it is ended with the rig at the latest. */
export function launch(file: string, args: string[], options: SpawnOptions): ChildProcess {
  const child = spawn(file, args, options);
  running.add(child);
  child.once('close', () => running.delete(child));
  // A program that cannot be started closes, too; who waits for it sees that.
  child.on('error', () => running.delete(child));
  return child;
}

/** Ends all that still runs, frozen or not. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** The first of these files that can be run: in `folders`, on the PATH, or where a pattern leads to; null when there is none. */
export function findProgram(name: string, folders: readonly string[], patterns: readonly string[] = []): string | null {
  const paths = [...folders, ...(process.env['PATH'] ?? '').split(delimiter)]
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name));
  // The newest version last among those that are installed side by side.
  for (const path of [...paths, ...patterns.flatMap((pattern) => globSync(join(pattern, name)).sort().reverse())]) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // the next one
    }
  }
  return null;
}

/** A user without rights, for programs that refuse to run as root; null when we are not root anyway. */
export function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
  const found = users.get('postgres') ?? users.get('nobody');
  if (found === undefined) throw new Error('there is neither a user "postgres" nor "nobody" to run PostgreSQL as');
  return found;
}

/** Waits until something holds, looking often. Throws naming it after `ms`. */
export async function until(what: string, ms: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await delay(20);
  }
}

/** Below the ports the system gives to outgoing connections: whoever is struck down finds its port free when it comes back. */
const PORTS = { first: 20_000, count: 12_000 };

/** A port on the loopback that stays ours over restarts. */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

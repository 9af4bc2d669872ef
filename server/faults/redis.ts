import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { findProgram, launch, steadyPort, until } from './processes.ts';

/** A Redis of the rig's own, that may be struck down. */
export interface Redis {
  url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

const START_MS = 10_000;

/** Starts one on the loopback; null when there is no Redis on this machine. */
export async function openRedis(): Promise<Redis | null> {
  const program = findProgram('redis-server', [process.env['REDIS_BIN'] ?? '']);
  if (program === null) return null;
  const port = await steadyPort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()];
  let server: ChildProcess | null = null;

  const redis: Redis = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      if (server !== null) return;
      server = launch(program, args, { stdio: 'ignore' });
      await until('Redis answers', START_MS, () => answers(port));
    },
    async kill() {
      const child = server;
      server = null;
      if (child === null) return;
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
  await redis.start();
  return redis;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.once('error', () => end(false));
  });
}

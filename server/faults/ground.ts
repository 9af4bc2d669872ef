import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { PROTOCOL, type ClientToServer, type ServerToClient } from '../../shared/protocol.ts';
import { createTokens } from '../secrets.ts';
import { openCluster, type Cluster } from './cluster.ts';
import { createHistory } from './history.ts';
import { openRedis, type Redis } from './redis.ts';
import { makeServer } from './servers.ts';

/** What all scenarios stand on: one PostgreSQL, one Redis, and a database with a company that each of them gets a copy of. */
export interface Ground {
  cluster: Cluster;
  /** null: there is none on this machine. */
  redis: Redis | null;
  owner: Owner;
  /** For logs, histories and uploaded files. */
  folder: string;
  close(): Promise<void>;
}

/** The company's owner, known in every copy. */
export interface Owner {
  email: string;
  cookie: string;
  /** A bearer key, and its id. */
  key: string;
  keyId: string;
  company: string;
}

export const TEMPLATE = 'wd_faults_template';
export const SECRET = 'the secret of the rig, thirty-two characters or more';
const OWNER = { email: 'owner@example.com', password: 'correct horse' };

/** What every server of the rig is started with. Mails lead nowhere unless a scenario says where. */
export function environment(database: string, dataDir: string): Record<string, string> {
  return { DATABASE_URL: database, SECRET, DATA_DIR: dataDir, SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'documents@example.com' };
}

export async function openGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'wd-faults-'));
  const [cluster, redis] = await Promise.all([openCluster(), openRedis()]);
  await cluster.create(TEMPLATE);
  const owner = await setUp(cluster.url(TEMPLATE), folder);
  return {
    cluster,
    redis,
    owner,
    folder,
    async close() {
      await redis?.kill();
      await cluster.remove();
    },
  };
}

/** Fills the template through the product's own doors, as its first start does. */
async function setUp(database: string, folder: string): Promise<Owner> {
  const dataDir = join(folder, 'template');
  mkdirSync(dataDir);
  const env = { ...environment(database, dataDir), OWNER_EMAIL: OWNER.email, OWNER_PASSWORD: OWNER.password };
  const server = await makeServer({ name: 'template', env, log: join(folder, 'template.log'), plants: [], history: createHistory() });
  await server.start();
  const login = await fetch(`${server.url}/console/login`, {
    method: 'POST',
    headers: { origin: server.url, 'content-type': 'application/json' },
    body: JSON.stringify(OWNER),
  });
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const { company } = (await login.json()) as { company: { id: string } };
  const socket: Socket<ServerToClient, ClientToServer> = io(server.url, {
    auth: { protocol: PROTOCOL },
    extraHeaders: { cookie },
    transports: ['websocket'],
  });
  const answer = await socket.emitWithAck('command', { id: crypto.randomUUID(), name: 'createApiKey', input: { label: 'rig' } });
  socket.close();
  await server.kill();
  if (!answer.ok) throw new Error(`no key for the rig: ${answer.refusal.code}`);
  const key = String(answer.result['secret']);
  return { email: OWNER.email, cookie, key, keyId: createTokens(SECRET).read('key', key) ?? '', company: company.id };
}

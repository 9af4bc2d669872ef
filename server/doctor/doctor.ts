import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type Database } from '../db.ts';
import { isEmbeddedIn } from '../embedded.ts';
import { secretIn } from '../env.ts';
import type { FileStorage } from '../outside/storage.ts';
import { clocks, connections, durability, migrations, version } from './database.ts';
import { namedFiles, storageWorks } from './files.ts';
import { codeOf, fault, ok, warning, type Finding, type Look } from './finding.ts';
import { ledgers, logs, series } from './integrity.ts';
import { program, room, secret, settings, type Settings } from './machine.ts';
import { evidence, orphans, work } from './orphans.ts';
import { address, mail, redis, server, stripe } from './outside.ts';

export interface DoctorParts {
  source: Readonly<Record<string, string | undefined>>;
  /** Reads every file and all evidence, in place of some of it. */
  full: boolean;
  storageOf: (env: Settings) => FileStorage;
  say: (finding: Finding) => void;
}

/** Looks at everything the program needs and at what it has written, one finding a line. True: there is no fault. */
export async function doctor({ source, full, storageOf, say }: DoctorParts): Promise<boolean> {
  let well = true;
  const tell = (findings: Finding[]) => {
    for (const finding of findings) {
      if (finding.level === 'fault') well = false;
      say(finding);
    }
  };
  /** What one look meets keeps none of the others from being taken. */
  const look = async (what: string, take: Look) =>
    tell(await take().catch((error: unknown) => [fault(`${what}: cannot be looked at (${codeOf(error)}).`)]));

  const { env, findings } = settings(source);
  tell(findings);
  tell(program());
  if (env === null) return false;
  tell(secret(env));
  await look('Disk', () => room(env));
  await look('Storage', () => storage(env, storageOf));
  await look('Redis', () => redis(env));
  await look('Mail', () => mail(env));
  await look('Address', () => address(env));
  const database = await opened(env).catch((error: unknown) =>
    fault(
      `Database: cannot be used (${codeOf(error)}). ${env.databaseUrl === null ? `Look at ${env.dataDir}.` : 'Look at DATABASE_URL, and whether it runs.'}`,
    ),
  );
  if ('level' in database) {
    tell([database]);
    return well;
  }
  try {
    await lookInside(database, env, { full, files: storageOf(env), look });
  } finally {
    await database.close();
  }
  return well;
}

async function lookInside(
  database: Database,
  env: Settings,
  { full, files, look }: { full: boolean; files: FileStorage; look: (what: string, take: Look) => Promise<void> },
): Promise<void> {
  const em = database.orm.em.fork();
  await look('Server', () => server(urlOf(database, env)));
  await look('Database', () => version(database, em));
  if (!database.embedded) {
    await look('Durability', () => durability(em));
    await look('Clocks', () => clocks(em, Date.now));
    await look('Connections', () => connections(em));
  }
  let current = false;
  await look('Tables', async () => {
    const looked = await migrations(em);
    current = looked.current;
    return looked.findings;
  });
  // The rules of this program do not hold of other tables.
  if (!current) return;
  await look('Jobs', () => work(em));
  await look('Stripe', () => stripe(em, secretIn(env), env));
  await look('Log', () => logs(em));
  await look('Ledgers', () => ledgers(em));
  await look('Numbers', () => series(em));
  await look('Rows', () => orphans(em));
  if (full) await look('Evidence', () => evidence(em));
  await look('Files', () => namedFiles(em, files, full));
}

/** The storage is asked by putting something; a folder that is not there yet is not made for that. */
function storage(env: Settings, storageOf: DoctorParts['storageOf']): Promise<Finding[]> {
  if (env.s3 === null && !existsSync(join(env.dataDir, 'files')))
    return Promise.resolve([ok('Storage: its folder is made with the first file')]);
  return storageWorks(storageOf(env));
}

/** The database as it is, through a running server where there is one; to open an embedded one that is not there would make it. */
async function opened(env: Settings): Promise<Database | Finding> {
  if (env.databaseUrl === null && !existsSync(join(env.dataDir, 'postgres'))) return ok('Database: none yet; the first start makes it');
  if (env.databaseUrl === null && !isEmbeddedIn(env.dataDir))
    return warning('Database: its first start, or a restore, is running or was cut off. The next start begins again.');
  const database = await openDatabase({ ...env, join: true, asItIs: true });
  try {
    await database.orm.em.fork().execute('select 1');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function urlOf(database: Database, { databaseUrl, host, port }: Settings): string | null {
  if (databaseUrl === null) return database.url;
  const here = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return port === 0 ? null : `http://${here.includes(':') ? `[${here}]` : here}:${port}`;
}

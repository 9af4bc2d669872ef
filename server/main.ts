import { existsSync } from 'node:fs';
import pino from 'pino';
import { setUp } from './accounts.ts';
import { createApp } from './app.ts';
import { openDatabase } from './db.ts';
import { seedDemo } from './demo/seed.ts';
import { FolderInUse } from './embedded.ts';
import { CompanySchema } from './entities/index.ts';
import { EnvError, parseEnv } from './env.ts';
import { welcome } from './welcome.ts';

/** How long a stop may take before it is forced. */
const STOP_MS = 9000;

try {
  await start();
} catch (error) {
  if (error instanceof EnvError) fail(['The configuration has faults:', ...error.faults.map((fault) => `  - ${fault}`)]);
  if (error instanceof FolderInUse) fail([error.message]);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') fail([`The port is taken: ${(error as Error).message}. Set PORT to another one.`]);
  throw error;
}

async function start(): Promise<void> {
  const env = parseEnv(process.env);
  if (!existsSync(new URL('../client/dist/manifest.json', import.meta.url))) fail(['The pages are not built. Run: npm run build (npm start does it by itself).']);
  const logger = pino({ level: env.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const database = await openDatabase(env);
  const app = await createApp({ database, logger, secret: env.secret, host: env.host, port: env.port, publicUrl: env.publicUrl, redisUrl: env.redisUrl, trustProxy: env.publicUrl !== null });
  database.announce(app.url);

  const empty = (await app.em().count(CompanySchema)) === 0;
  if (empty && env.owner) await setUp(app.em(), { ...env.owner, company: 'My company', name: env.owner.email.split('@')[0] ?? 'Owner', language: 'en' });
  else if (empty && env.demo) await seedDemo(app);
  process.stdout.write(await welcome(app, database.place));

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_MS).unref();
    await app.stop();
    await database.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
}

function fail(lines: string[]): never {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
}

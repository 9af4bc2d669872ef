import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { setUp } from './accounts.ts';
import { Refusal } from '../shared/refusal.ts';
import { createApp, type App } from './app.ts';
import { openDatabase, type Database } from './db.ts';
import { DEMO } from './demo/company.ts';
import { seedDemo } from './demo/seed.ts';
import { hasDemo, openDemoStripe, type DemoStripe } from './demo/stripe.ts';
import { FolderInUse } from './embedded.ts';
import { CompanySchema, UserSchema } from './entities/index.ts';
import { EnvError, parseEnv, type Env } from './env.ts';
import { createLogger } from './logger.ts';
import { openInbox } from './outside/inbox.ts';
import { faultOfS3 } from './outside/s3/index.ts';
import { createSeal, secretPath, type Seal } from './secrets.ts';
import { welcome } from './welcome.ts';

/** Nobody answers, no such host, wrong password, no such database, not allowed. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN', '28P01', '28000', '3D000', '42501']);
/** How long a stop may take before it is forced. */
const STOP_MS = 9000;

let stopping = false;

try {
  await start();
} catch (error) {
  // A stop during the first start takes the ground from under it; the stop itself exits.
  if (stopping) await new Promise(() => {});
  if (error instanceof EnvError) fail(['The configuration has faults:', ...error.faults.map((fault) => `  - ${fault}`)]);
  if (error instanceof FolderInUse) fail([error.message]);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    fail([`The port is taken: ${(error as Error).message}. Set PORT to another one.`]);
  const code = String((error as { code?: unknown }).code);
  if (UNREACHABLE.has(code))
    fail([`The database of DATABASE_URL cannot be used (${code}): ${(error as Error).message || 'nothing answers at its address'}.`]);
  throw error;
}

async function start(): Promise<void> {
  const env = parseEnv(process.env);
  if (!existsSync(new URL('../client/dist/manifest.json', import.meta.url)))
    fail(['The pages are not built. Run: npm run build (npm start does it by itself).']);
  const logger = createLogger(env.logLevel);
  const refused = env.s3 && (await faultOfS3(env.s3, logger));
  if (refused) fail([refused]);
  // It takes as long to start as the database: both at once.
  const opening = env.smtpUrl === null ? openInbox({ folder: join(env.dataDir, 'inbox'), path: secretPath(env.secret, 'inbox') }) : null;
  opening?.catch(() => {});
  const database = await openDatabase(env);
  const inbox = await opening;
  const stripe = (await emulatesStripe(env, database)) ? await openDemoStripe(env.dataDir) : null;
  // From here on there is something to close.
  let app: App | null = null;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_MS).unref();
    await app?.stop();
    await inbox?.close();
    await stripe?.close();
    await database.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  app = await createApp({
    database,
    logger,
    secret: env.secret,
    host: env.host,
    port: env.port,
    publicUrl: env.publicUrl,
    redisUrl: env.redisUrl,
    keep: env.keep,
    trustProxy: env.trustProxy,
    filesDir: join(env.dataDir, 'files'),
    s3: env.s3,
    stripeUrl: env.stripeUrl ?? stripe?.url ?? null,
    metricsToken: env.metricsToken,
    mail: {
      smtpUrl: env.smtpUrl ?? inbox?.smtpUrl ?? '',
      from: env.mailFrom,
      graceSeconds: env.mailGraceSeconds,
      inboundSecret: env.inboundSecret,
    },
  });
  database.announce(app.url);

  if ((await app.em().count(CompanySchema)) === 0)
    await database.fill(() =>
      fill(app, env, logger, { mail: inbox !== null, stripe: stripe && createSeal(env.secret, 'stripe') }).catch(unlessSetUp),
    );
  if (stripe) await tellDemo(app, stripe);
  process.stdout.write(await welcome(app, database.place, inbox?.url ?? null));
}

/** Whether payments are played through here: only of the demo's own company, and never where a real one may be. */
async function emulatesStripe(env: Env, database: Database): Promise<boolean> {
  if (env.stripeUrl !== null || !env.demo) return false;
  const empty = (await database.orm.em.fork().count(CompanySchema)) === 0;
  return empty ? env.owner === null : hasDemo(database);
}

async function tellDemo(app: App, stripe: DemoStripe): Promise<void> {
  const demo = await app.em().findOne(UserSchema, { email: DEMO.user.email });
  if (demo) await stripe.tell({ local: app.local, company: demo.company });
}

/** The first start of all: the owner the environment names, or the demo. */
async function fill(app: App, env: Env, logger: Logger, what: { mail: boolean; stripe: Seal | null }): Promise<void> {
  if (env.owner)
    await setUp(app.em(), { ...env.owner, company: 'My company', name: env.owner.email.split('@')[0] ?? 'Owner', language: 'en' });
  else if (env.demo) await quietly(logger, () => seedDemo(app, what));
}

/** A demo is not worth a line of the log for each of its steps. */
async function quietly(logger: Logger, work: () => Promise<void>): Promise<void> {
  const { level } = logger;
  if (logger.isLevelEnabled('warn')) logger.level = 'warn';
  await work().finally(() => (logger.level = level));
}

/** Of several processes that start together, one is first; the others find it done. */
function unlessSetUp(error: unknown): void {
  if (!(error instanceof Refusal && error.code === 'already_set_up')) throw error;
}

function fail(lines: string[]): never {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
}

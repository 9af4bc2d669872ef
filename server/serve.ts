import { join } from 'node:path';
import type { Logger } from 'pino';
import { setUp } from './accounts.ts';
import { Refusal } from '../shared/refusal.ts';
import { createApp, type App } from './app.ts';
import { openDatabase, type Database } from './db.ts';
import { DEMO } from './demo/company.ts';
import { seedDemo } from './demo/seed.ts';
import { hasDemo, openDemoStripe, type DemoStripe } from './demo/stripe.ts';
import { CompanySchema, UserSchema } from './entities/index.ts';
import { StartFault, type Env } from './env.ts';
import { createLogger } from './logger.ts';
import type { Inbox } from './outside/inbox.ts';
import { faultOfS3 } from './outside/s3/index.ts';
import { createSeal, type Seal } from './secrets.ts';
import { welcome } from './welcome.ts';

/** How long a stop may take before it is forced. */
const STOP_MS = 9000;

/**
 * Runs the program until it is told to stop. Throws StartFault, or an error of the database or the network that it cannot start with.
 * @param opening the inbox, where no mail server is given
 * @param stops told when a stop begins, also half way into a start
 */
export async function serve(env: Env, opening: Promise<Inbox> | null, stops: () => void): Promise<void> {
  const logger = createLogger(env.logLevel);
  const refused = env.s3 && (await faultOfS3(env.s3, logger));
  if (refused) throw new StartFault(refused);
  const database = await openDatabase(env);
  const inbox = await opening;
  const stripe = (await emulatesStripe(env, database)) ? await openDemoStripe(env.dataDir) : null;
  // From here on there is something to close.
  let app: App | null = null;
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    stops();
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

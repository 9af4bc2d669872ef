import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAddress } from '../shared/mail.ts';
import { parseS3Url, S3_URL_FORM } from './outside/s3/url.ts';
import type { S3Place } from './outside/s3/index.ts';
import { REPLY_CHARS } from './secrets.ts';

/** The configuration, parsed once. */
export interface Env {
  port: number;
  host: string;
  /** Origin that links are built from, without a trailing slash; null: `http://HOST:PORT` as it listens. */
  publicUrl: string | null;
  dataDir: string;
  /** null: the embedded database in `dataDir`. */
  databaseUrl: string | null;
  redisUrl: string | null;
  /** Where attached files are; null: in a folder of `dataDir`. */
  s3: S3Place | null;
  secret: string;
  /** Whether X-Forwarded-For is a proxy's word: behind one on this machine, or where TRUST_PROXY says so. */
  trustProxy: boolean;
  demo: boolean;
  owner: { email: string; password: string } | null;
  logLevel: string;
  /** null: an inbox of our own, to be read in the browser. */
  smtpUrl: string | null;
  /** Whom mails come from; its mailbox takes the replies. */
  mailFrom: { name: string | null; address: string };
  /** Seconds a message may stay unread before it is mailed. */
  mailGraceSeconds: number;
  /** Another address of Stripe's API, for trying the program without Stripe; null: Stripe itself. */
  stripeUrl: string | null;
  /** What whoever delivers replies must show; null: replies by mail are not taken. */
  inboundSecret: string | null;
  /** What whoever reads /metrics must show; null: only this machine may. */
  metricsToken: string | null;
  keep: Keep;
}

/** How long is kept what is not needed for ever, in days. */
export interface Keep {
  /** Commands that may be sent again, ended sessions and invitations, what endpoints were told. */
  historyDays: number;
  /** The address and browser of a client's visit; 0: for ever. */
  visitDetailsDays: number;
}

/** Why the program cannot start; its message is for the person who starts it. */
export class StartFault extends Error {}

/** Everything that is wrong with the configuration, one sentence each. */
export class EnvError extends Error {
  readonly faults: string[];
  constructor(faults: string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const MIN_SECRET = 32;
const MIN_METRICS_TOKEN = 16;
const MIN_PASSWORD = 10;
/** Without a word of the owner's. */
export const KEEP: Keep = { historyDays: 30, visitDetailsDays: 400 };
/** A reminder may fall due again for a week, and pages send again after days without a network: what was done must be known for longer. */
const MIN_HISTORY_DAYS = 14;
const MAX_DAYS = 36_500;
/** Octets of what stands before the @, at most, when `+` and a reply token follow it. (RFC 5321, 4.5.3.1.1) */
const MAX_BOX = 64 - 1 - REPLY_CHARS;

type Source = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from the environment. Without DATABASE_URL and SECRET, a secret is made and kept in DATA_DIR.
 * Throws EnvError naming all faults at once; nothing is written when there is one.
 */
export function parseEnv(source: Source): Env {
  const env = readEnv(source);
  return { ...env, secret: env.secret ?? keptSecret(env.dataDir) };
}

/**
 * The same for those who may make nothing. `secret` is null where the environment has none: it is then in DATA_DIR (`secretFile`), once the server
 * has been started. Throws EnvError.
 */
export function readEnv(source: Source): Omit<Env, 'secret'> & { secret: string | null } {
  const faults: string[] = [];
  const get = (name: string) => (source[name]?.trim() ? source[name].trim() : null);
  const fault = (text: string) => void faults.push(text);

  const port = Number(get('PORT') ?? '8080');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) fault(`PORT must be a whole number from 0 to 65535, not "${get('PORT')}".`);

  const publicUrl = get('PUBLIC_URL');
  if (publicUrl !== null && !isOrigin(publicUrl))
    fault('PUBLIC_URL must be an http or https address without a path, such as https://documents.example.com.');

  const databaseUrl = get('DATABASE_URL');
  if (databaseUrl !== null && !isUrl(databaseUrl, ['postgres:', 'postgresql:']))
    fault('DATABASE_URL must look like postgres://user:password@host:5432/database.');

  const redisUrl = get('REDIS_URL');
  if (redisUrl !== null && !isUrl(redisUrl, ['redis:', 'rediss:'])) fault('REDIS_URL must look like redis://host:6379.');

  const s3Url = get('S3_URL');
  const s3 = s3Url === null ? null : parseS3Url(s3Url);
  if (s3Url !== null && s3 === null) fault(S3_URL_FORM);

  const demo = get('DEMO') ?? (databaseUrl === null ? '1' : '0');
  if (!['0', '1'].includes(demo)) fault('DEMO must be 0 or 1.');

  const email = get('OWNER_EMAIL');
  const password = source['OWNER_PASSWORD'] ?? null;
  if ((email === null) !== (password === null || password === '')) fault('OWNER_EMAIL and OWNER_PASSWORD go together.');
  if (email !== null && !isAddress(email)) fault('OWNER_EMAIL must be an e-mail address.');
  if (password && password.length < MIN_PASSWORD) fault(`OWNER_PASSWORD must have at least ${MIN_PASSWORD} characters.`);

  const host = get('HOST') ?? '127.0.0.1';
  const trustProxy = get('TRUST_PROXY') ?? (publicUrl !== null && /^(127\.|::1$|localhost$)/.test(host) ? '1' : '0');
  if (!['0', '1'].includes(trustProxy)) fault('TRUST_PROXY must be 0 or 1.');

  const logLevel = get('LOG_LEVEL') ?? 'info';
  if (!LEVELS.includes(logLevel)) fault(`LOG_LEVEL must be one of ${LEVELS.join(', ')}.`);

  const smtpUrl = get('SMTP_URL');
  if (smtpUrl !== null && !isUrl(smtpUrl, ['smtp:', 'smtps:']))
    fault('SMTP_URL must look like smtp://user:password@host:587 or smtps://host:465.');
  const from = get('MAIL_FROM');
  const mailFrom = parseFrom(from ?? 'documents@localhost');
  if (mailFrom === null) fault('MAIL_FROM must be an address such as documents@example.com, or Name <documents@example.com>.');
  if (smtpUrl !== null && from === null) fault('MAIL_FROM is required with SMTP_URL: the address mails come from.');
  const grace = Number(get('MAIL_GRACE_SECONDS') ?? '45');
  if (!Number.isInteger(grace) || grace < 0 || grace > 86_400)
    fault(`MAIL_GRACE_SECONDS must be a whole number of seconds up to a day (86400), not "${get('MAIL_GRACE_SECONDS')}".`);
  const inboundSecret = get('INBOUND_SECRET');
  if (inboundSecret !== null && inboundSecret.length < MIN_SECRET) fault(`INBOUND_SECRET must have at least ${MIN_SECRET} characters.`);
  if (inboundSecret !== null && mailFrom !== null && Buffer.byteLength(mailFrom.address.split('@')[0] ?? '') > MAX_BOX)
    fault(`MAIL_FROM must have at most ${MAX_BOX} characters before its @ with INBOUND_SECRET: the addresses for replies are longer.`);

  const stripeUrl = get('STRIPE_URL');
  if (stripeUrl !== null && !isOrigin(stripeUrl))
    fault('STRIPE_URL must be an http or https address without a path, such as http://127.0.0.1:12111; leave it out for Stripe itself.');

  const metricsToken = get('METRICS_TOKEN');
  if (metricsToken !== null && metricsToken.length < MIN_METRICS_TOKEN)
    fault(`METRICS_TOKEN must have at least ${MIN_METRICS_TOKEN} characters.`);

  const days = (name: string, otherwise: number, least: number, forEver: boolean) => {
    const given = get(name) ?? String(otherwise);
    const whole = /^\d{1,5}$/.test(given) ? Number(given) : -1;
    if (whole <= MAX_DAYS && (whole >= least || (forEver && whole === 0))) return whole;
    fault(`${name} must be a whole number of days from ${least} to ${MAX_DAYS}${forEver ? ', or 0 for ever' : ''}, not "${given}".`);
    return otherwise;
  };
  const keep: Keep = {
    historyDays: days('KEEP_HISTORY_DAYS', KEEP.historyDays, MIN_HISTORY_DAYS, false),
    visitDetailsDays: days('KEEP_VISIT_DETAILS_DAYS', KEEP.visitDetailsDays, 1, true),
  };

  const secret = get('SECRET');
  if (secret === null && databaseUrl !== null)
    fault('SECRET is required with DATABASE_URL (for example the output of: openssl rand -hex 32).');
  if (secret !== null && secret.length < MIN_SECRET) fault(`SECRET must have at least ${MIN_SECRET} characters.`);

  if (faults.length > 0) throw new EnvError(faults);
  const dataDir = resolve(get('DATA_DIR') ?? './data');
  return {
    port,
    host,
    trustProxy: trustProxy === '1',
    publicUrl: publicUrl === null ? null : new URL(publicUrl).origin,
    dataDir,
    databaseUrl,
    redisUrl,
    s3,
    secret,
    demo: demo === '1',
    owner: email !== null && password ? { email: email.toLowerCase(), password } : null,
    logLevel,
    smtpUrl,
    mailFrom: mailFrom ?? { name: null, address: '' },
    mailGraceSeconds: grace,
    inboundSecret,
    metricsToken,
    keep,
    stripeUrl: stripeUrl === null ? null : new URL(stripeUrl).origin,
  };
}

/** Where an embedded server keeps its secret. */
export function secretFile(dataDir: string): string {
  return join(dataDir, 'secret');
}

/** The secret of the environment, or the one that has been made; null where there is none yet. */
export function secretIn({ secret, dataDir }: { secret: string | null; dataDir: string }): string | null {
  if (secret !== null || !existsSync(secretFile(dataDir))) return secret;
  return readFileSync(secretFile(dataDir), 'utf8').trim();
}

/** The secret of an embedded server: made once, readable by its user only. Without it no link works, so backups need it. */
function keptSecret(dataDir: string): string {
  const file = secretFile(dataDir);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const kept = readFileSync(file, 'utf8').trim();
    if (kept.length >= MIN_SECRET) return kept;
  } catch (error) {
    throw new EnvError([`DATA_DIR ${dataDir} cannot be used: ${(error as Error).message}`]);
  }
  throw new EnvError([`${file} is damaged: restore it from a backup, or delete it (all links and keys made so far then stop working).`]);
}

/** `address` or `Name <address>`; null for anything else. */
function parseFrom(value: string): { name: string | null; address: string } | null {
  const [, name = '', inAngles, bare] = /^(?:([^<>]*)<([^<>]+)>|([^<>]+))$/.exec(value.trim()) ?? [];
  const address = (inAngles ?? bare ?? '').trim();
  if (!isAddress(address)) return null;
  return { name: name.trim().replace(/^"(.*)"$/, '$1') || null, address };
}

function isUrl(value: string, protocols: string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

function isOrigin(value: string): boolean {
  return isUrl(value, ['http:', 'https:']) && ['', '/'].includes(new URL(value).pathname) && new URL(value).search === '';
}

import { argon2, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Language } from '../shared/document.ts';
import { MAIL_CHOICES } from '../shared/mail.ts';
import { AUDIENCE } from '../shared/events.ts';
import { defaultNumbering } from '../shared/numbering.ts';
import { noReminders } from '../shared/reminders.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Em } from './db.ts';
import { CompanySchema, SessionSchema, UserSchema, type Company, type Session, type User } from './entities/index.ts';
import { leaveDeliveries } from './deliveries.ts';
import type { Jobs } from './execute.ts';
import { append, type Logged } from './log.ts';
import type { Job } from './model/jobs.ts';
import { sha256 } from './secrets.ts';

const derive = promisify(argon2);

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const SESSION_DAYS = 30;
/** How often a session's `lastSeenAt` is moved: not at every request. */
const SEEN_EVERY_MS = 5 * 60_000;

/** `argon2id$<memory>,<passes>,<parallelism>$<salt>$<hash>`: it says its own cost, so that a later one locks nobody out. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const hash = await derive('argon2id', { message: password, nonce, ...COST });
  return `argon2id$${COST.memory},${COST.passes},${COST.parallelism}$${nonce.toString('base64url')}$${hash.toString('base64url')}`;
}

async function passwordFits(password: string, stored: string): Promise<boolean> {
  const [, cost = '', salt = '', hash = ''] = stored.split('$');
  const [memory = 0, passes = 0, parallelism = 0] = cost.split(',').map(Number);
  const wanted = Buffer.from(hash, 'base64url');
  const given = await derive('argon2id', {
    message: password,
    nonce: Buffer.from(salt, 'base64url'),
    memory,
    passes,
    parallelism,
    tagLength: wanted.length,
  });
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

/** Compared against when the address is unknown, so that the answer takes as long. */
let nobody: Promise<string> | undefined;

/** The user of this address and password. Throws `bad_credentials` alike for both faults. */
export async function checkPassword(em: Em, email: string, password: string): Promise<User> {
  const user = await em.findOne(UserSchema, { email: email.trim().toLowerCase(), removedAt: null });
  nobody ??= hashPassword(randomUUID());
  const fits = await passwordFits(password, user?.passwordHash ?? (await nobody));
  if (user === null || !fits) throw new Refusal('bad_credentials');
  return user;
}

/** Starts a session; the returned token goes into the cookie and is kept only as its hash. */
export async function startSession(
  em: Em,
  user: string,
  facts: { ip: string | null; userAgent: string | null },
  now = new Date(),
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await em.insert(SessionSchema, {
    id: sha256(token),
    user,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + SESSION_DAYS * 86_400_000),
    endedAt: null,
    ...facts,
  });
  return token;
}

/** The id a cookie's value stands for; null for what cannot be one. */
export function sessionId(token: string | undefined): string | null {
  return token && /^[\w-]{43}$/.test(token) ? sha256(token) : null;
}

/** Who a cookie belongs to, or null. */
export async function readSession(
  em: Em,
  token: string | undefined,
  now = new Date(),
): Promise<{ session: Session; user: User; company: Company } | null> {
  const id = sessionId(token);
  if (id === null) return null;
  const session = await em.findOne(SessionSchema, { id, endedAt: null, expiresAt: { $gt: now } });
  if (session === null) return null;
  const user = await em.findOne(UserSchema, { id: session.user, removedAt: null });
  if (user === null) return null;
  const company = await em.findOneOrFail(CompanySchema, { id: user.company });
  return { session, user, company };
}

/** Notes that sessions are in use, at most every few minutes. Called when their sockets connect: a GET changes nothing. */
export async function touchSessions(em: Em, sessions: { session: string; lastSeenAt: Date }[], now: Date): Promise<void> {
  const stale = sessions.filter(({ lastSeenAt }) => now.getTime() - lastSeenAt.getTime() >= SEEN_EVERY_MS);
  if (stale.length === 0) return;
  const id = { $in: [...new Set(stale.map(({ session }) => session))] };
  await em.nativeUpdate(SessionSchema, { id }, { lastSeenAt: now });
}

/** Ends a session of this user and says so, so that every process cuts its sockets. Returns the events to hand to the relay. */
export async function endSession(em: Em, jobs: Jobs, user: User, session: string, now = new Date()): Promise<Logged[]> {
  let left: Job[] = [];
  const logged = await em.transactional(async (tx) => {
    const ended = await tx.nativeUpdate(SessionSchema, { id: session, user: user.id, endedAt: null }, { endedAt: now });
    if (ended === 0) return [];
    const actor = { side: 'owner' as const, person: null, name: user.name };
    const event = {
      type: 'session.ended' as const,
      deal: null,
      dealSeq: null,
      document: null,
      actor,
      at: now,
      data: { session },
      audience: AUDIENCE['session.ended'],
      row: null,
    };
    const said = await append(tx as Em, user.company, [event]);
    left = await leaveDeliveries(tx as Em, jobs, user.company, said);
    return said;
  });
  jobs.begin(left);
  return logged;
}

export interface NewCompany {
  company: string;
  name: string;
  email: string;
  password: string;
  language: Language;
}

/** Makes the first company and its first user. Throws `already_set_up` when there is one, also when two do it at once. */
export async function setUp(
  em: Em,
  made: NewCompany,
  extra: Partial<Company> = {},
  now = new Date(),
): Promise<{ company: Company; user: User }> {
  if ((await em.count(CompanySchema)) > 0) throw new Refusal('already_set_up');
  const passwordHash = await hashPassword(made.password);
  return em.transactional(async (tx) => {
    // Only here: two first runs at once must not both find the table empty.
    await tx.execute('lock table companies in exclusive mode');
    if ((await tx.count(CompanySchema)) > 0) throw new Refusal('already_set_up');
    const identity = {
      name: made.company,
      legalName: null,
      legalForm: null,
      address: null,
      vatId: null,
      ids: [],
      contact: { name: made.name, email: made.email, phone: null },
    };
    const company = tx.create(CompanySchema, {
      id: randomUUID(),
      name: made.company,
      language: made.language,
      timeZone: 'Europe/Paris',
      currency: 'EUR',
      accent: '#1f5eff',
      identity,
      logo: null,
      numbering: defaultNumbering(made.language),
      payment: null,
      terms: [],
      mentions: [],
      validityDays: 30,
      paymentDays: 30,
      reminders: noReminders(),
      fileBytes: 0,
      seq: 0,
      createdAt: now,
      ...extra,
    });
    const user = tx.create(UserSchema, {
      id: randomUUID(),
      company: company.id,
      email: made.email.trim().toLowerCase(),
      name: made.name,
      passwordHash,
      role: 'owner',
      language: made.language,
      mails: [...MAIL_CHOICES],
      feedReadSeq: 0,
      createdAt: now,
      removedAt: null,
    });
    tx.persist([company, user]);
    await tx.flush();
    const actor = { side: 'owner' as const, person: null, name: made.name };
    await append(tx as Em, company.id, [
      {
        type: 'company.created',
        deal: null,
        dealSeq: null,
        document: null,
        actor,
        at: now,
        data: { name: made.company },
        audience: AUDIENCE['company.created'],
        row: null,
      },
    ]);
    return { company, user };
  });
}

import type { Context } from 'koa';
import type { ConsoleSession } from '../../shared/console.ts';
import { mayAct, type Role } from '../../shared/company.ts';
import { dayIn } from '../../shared/document.ts';
import { Refusal } from '../../shared/refusal.ts';
import { readSession, startSession } from '../accounts.ts';
import type { ActingUser } from '../commands/scope.ts';
import type { Company, Session, User } from '../entities/index.ts';
import { companyView } from '../model/company.ts';
import { readCookie, SESSION_COOKIE } from './cookies.ts';
import type { DoorParts } from './parts.ts';

export interface SignedIn {
  session: Session;
  user: User;
  company: Company;
}

/** Of a session's cookie, in seconds. */
const COOKIE_S = 30 * 86_400;

type Parts = Pick<DoorParts, 'em' | 'publicUrl' | 'now'>;

/** Who a request comes from, by its session's cookie. Throws `unauthorized`. */
export async function signedIn(ctx: Context, parts: Parts): Promise<SignedIn> {
  const found = await readSession(parts.em(), readCookie(ctx.get('cookie'), SESSION_COOKIE), parts.now());
  if (found === null) throw new Refusal('unauthorized');
  return found;
}

/** The same of somebody who has the rights of a role. Throws `forbidden` too. */
export async function signedInAs(ctx: Context, parts: Parts, role: Role): Promise<SignedIn> {
  const who = await signedIn(ctx, parts);
  if (!mayAct(who.user.role, role)) throw new Refusal('forbidden');
  return who;
}

/** Begins a session in this browser, in place of the one it may have, and answers with it. */
export async function signIn(ctx: Context, parts: Parts, user: User, company: Company): Promise<void> {
  const token = await startSession(parts.em(), user.id, { ip: ctx.ip, userAgent: ctx.get('user-agent').slice(0, 500) || null });
  setSession(ctx, parts, token, COOKIE_S);
  ctx.body = sessionOf(parts, user, company);
}

/** The browser forgets its session. */
export function signOut(ctx: Context, parts: Parts): void {
  setSession(ctx, parts, '', 0);
}

function setSession(ctx: Context, parts: Parts, token: string, maxAge: number): void {
  const secure = parts.publicUrl().startsWith('https:') ? '; Secure' : '';
  ctx.append('set-cookie', `${SESSION_COOKIE}=${token}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`);
}

/** What the console begins with. */
export function sessionOf({ now }: Parts, user: User, company: Company): ConsoleSession {
  const { id, name, email, role, language, mails } = user;
  return {
    user: { id, name, email, role, language, mails },
    company: companyView(company),
    feedReadSeq: user.feedReadSeq,
    now: now().toISOString(),
    today: dayIn(company.timeZone, now()),
  };
}

export function actingOf({ user, company, session }: SignedIn): ActingUser {
  return { as: 'user', company: company.id, user: user.id, name: user.name, session: session.id, key: null };
}

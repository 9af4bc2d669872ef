import { randomUUID } from 'node:crypto';
import type { JoinView } from '../../shared/company.ts';
import type { CommandInputs } from '../../shared/commands.ts';
import { MAIL_CHOICES } from '../../shared/mail.ts';
import { Refusal } from '../../shared/refusal.ts';
import { JoinSchema, UserSchema, type Join, type User } from '../entities/index.ts';
import { isOpenJoin } from '../model/users.ts';
import type { CompanyScope, Result } from './scope.ts';

/** Somebody who was asked to join has chosen a password. */
export interface Joining {
  join: string;
  /** As they write it themselves. */
  name: string;
  passwordHash: string;
}

/** What became of the letter to somebody who was asked to join. */
export interface JoinMail {
  join: string;
  mail: JoinView['mail'];
}

const VALID_MS = 14 * 86_400_000;

/**
 * Somebody is asked to join: a letter with a link, good for 14 days. Throws `email_taken` where a user has this address, or has been asked
 * already and can still come.
 */
export function inviteUser(scope: CompanyScope, input: CommandInputs['inviteUser']): Result {
  const { acting, loaded, now } = scope;
  if (acting.as !== 'user') throw new Refusal('forbidden');
  const email = input.email.toLowerCase();
  const taken = loaded.users.some((one) => one.email === email && one.removedAt === null);
  if (taken || loaded.joins.some((one) => one.email === email && isOpenJoin(one, now))) throw new Refusal('email_taken');
  for (const old of loaded.joins.filter((one) => one.email === email)) endJoin(scope, old);
  const join = scope.add(JoinSchema, {
    id: randomUUID(),
    company: loaded.company.id,
    name: input.name,
    email,
    role: input.role,
    language: input.language,
    by: acting.user,
    createdAt: now,
    expiresAt: new Date(now.getTime() + VALID_MS),
    endedAt: null,
    mail: 'waiting',
  });
  loaded.joins.push(join);
  scope.say('user.invited', { join: join.id, name: join.name, role: join.role });
  scope.later({ name: 'join', data: { join: join.id }, after: null });
  return { join: join.id };
}

/** Whoever was asked cannot come any more. */
export function uninviteUser(scope: CompanyScope, input: CommandInputs['uninviteUser']): Result {
  const join = scope.loaded.joins.find((one) => one.id === input.join);
  if (!join) throw new Refusal('not_found');
  endJoin(scope, join);
  return { join: join.id };
}

/** Throws `last_owner` where nobody else would be one. */
export function changeRole(scope: CompanyScope, input: CommandInputs['changeRole']): Result {
  const user = findUser(scope, input.user);
  const { id, name } = user;
  if (user.role === input.role) return { user: id };
  keepOwner(scope, user);
  user.role = input.role;
  scope.say('user.role_changed', { user: id, name, role: user.role });
  return { user: id };
}

/**
 * They are signed out everywhere, and programs that acted for them are refused; whom they have asked to join cannot come. What they did
 * keeps their name. Throws `last_owner`.
 */
export function removeUser(scope: CompanyScope, input: CommandInputs['removeUser']): Result {
  const { loaded, now } = scope;
  const user = findUser(scope, input.user);
  keepOwner(scope, user);
  user.removedAt = now;
  for (const session of loaded.sessions.filter((one) => one.user === user.id)) {
    session.endedAt = now;
    scope.say('session.ended', { session: session.id });
  }
  for (const key of loaded.keys.filter((one) => one.user === user.id && one.revokedAt === null)) {
    key.revokedAt = now;
    scope.say('api_key.revoked', { key: key.id });
  }
  // Nobody comes in at the word of somebody who is out.
  for (const join of loaded.joins.filter((one) => one.by === user.id && isOpenJoin(one, now))) endJoin(scope, join);
  scope.say('user.removed', { user: user.id, name: user.name });
  return { user: user.id };
}

/** One message for an invitation that never was, was withdrawn, is used or too old: `not_found`. Throws `email_taken` like `inviteUser`. */
export function joinCompany(scope: CompanyScope, input: Joining): Result {
  const { loaded, now } = scope;
  const join = loaded.joins.find((one) => one.id === input.join);
  if (!join || !isOpenJoin(join, now)) throw new Refusal('not_found');
  const known = loaded.users.find((one) => one.email === join.email);
  if (known?.removedAt === null) throw new Refusal('email_taken');
  const user = known ?? addUser(scope, join, input);
  const { name, passwordHash } = input;
  const { role, language } = join;
  // Whoever comes back is the one they were: what they did before is theirs.
  Object.assign(user, { name, passwordHash, role, language, removedAt: null, feedReadSeq: loaded.company.seq });
  join.endedAt = now;
  scope.say('user.joined', { user: user.id, name, role, join: join.id });
  return { user: user.id };
}

/** Of an invitation that has ended meanwhile, nobody asks any more. */
export function recordJoinMail(scope: CompanyScope, input: JoinMail): Result {
  const join = scope.loaded.joins.find((one) => one.id === input.join);
  if (!join || join.mail !== 'waiting' || input.mail === 'waiting') return {};
  join.mail = input.mail;
  scope.say('join.mailed', { join: join.id, name: join.name, mail: join.mail });
  return {};
}

function endJoin(scope: CompanyScope, join: Join): void {
  join.endedAt = scope.now;
  scope.loaded.joins = scope.loaded.joins.filter((one) => one !== join);
  scope.say('user.uninvited', { join: join.id, name: join.name });
}

function findUser({ loaded }: CompanyScope, id: string): User {
  const user = loaded.users.find((one) => one.id === id && one.removedAt === null);
  if (!user) throw new Refusal('not_found');
  return user;
}

/** A company that nobody owns could never be changed again. */
function keepOwner({ loaded }: CompanyScope, leaving: User): void {
  if (leaving.role !== 'owner') return;
  const others = loaded.users.filter((one) => one !== leaving && one.removedAt === null && one.role === 'owner');
  if (others.length === 0) throw new Refusal('last_owner');
}

function addUser(scope: CompanyScope, join: Join, { name, passwordHash }: Joining): User {
  const { loaded, now } = scope;
  const user = scope.add(UserSchema, {
    id: randomUUID(),
    company: loaded.company.id,
    email: join.email,
    name,
    passwordHash,
    role: join.role,
    language: join.language,
    mails: [...MAIL_CHOICES],
    feedReadSeq: loaded.company.seq,
    createdAt: now,
    removedAt: null,
  });
  loaded.users.push(user);
  return user;
}

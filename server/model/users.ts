import type { JoinView, UserView } from '../../shared/company.ts';
import type { Join, User } from '../entities/index.ts';

export function userView({ id, name, email, role, createdAt }: User): UserView {
  return { id, name, email, role, createdAt: createdAt.toISOString() };
}

export function joinView({ id, name, email, role, language, createdAt, expiresAt, mail }: Join): JoinView {
  return { id, name, email, role, language, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), mail };
}

/** Whether whoever was asked can still come. */
export function isOpenJoin({ endedAt, expiresAt }: Pick<Join, 'endedAt' | 'expiresAt'>, now: Date): boolean {
  return endedAt === null && expiresAt > now;
}

import { mayAct } from '../../shared/company.ts';
import { Refusal } from '../../shared/refusal.ts';
import { DEFINITIONS, type Name } from '../commands/index.ts';
import type { Acting } from '../commands/scope.ts';
import { allOf, type Em } from '../db.ts';
import { ApiKeySchema, LinkSchema, SessionSchema, UserSchema } from '../entities/index.ts';
import { createFind } from '../find.ts';
import type { LoadedDeal } from '../model/loaded.ts';

/** Who asks for what. */
interface Asking {
  name: Name;
  acting: Acting;
}

/** Throws Refusal where the sender may not do this, now. */
export type Authorise = (asking: Asking) => void;

/** Being in a room, or having been allowed a minute ago, is not permission to write: reads, under the locks, what the rights of these senders are. */
export async function readRights(em: Em, asking: Asking[]): Promise<Authorise> {
  const users = new Map<string, { company: string; role: 'owner' | 'member' | 'reader' }>();
  const sessions = new Map<string, Date>();
  const keys = new Set<string>();
  const acting = asking.flatMap((one) => (one.acting.as === 'user' ? one.acting : []));
  if (acting.length > 0) {
    const find = createFind(em);
    const [foundUsers, foundSessions, foundKeys] = await allOf([
      find.in(UserSchema, 'id', unique(acting.map((one) => one.user)), { open: 'removedAt' }),
      find.in(SessionSchema, 'id', unique(acting.map((one) => one.session)), { open: 'endedAt' }),
      find.in(ApiKeySchema, 'id', unique(acting.map((one) => one.key)), { open: 'revokedAt' }),
    ]);
    for (const user of foundUsers) users.set(user.id, user);
    for (const session of foundSessions) sessions.set(session.id, session.expiresAt);
    for (const key of foundKeys) keys.add(key.id);
  }
  return ({ name, acting: sender }) => {
    if (sender.as !== 'user') return;
    const user = users.get(sender.user);
    if (user?.company !== sender.company) throw new Refusal('unauthorized');
    const { role } = DEFINITIONS[name];
    if (role === null || !mayAct(user.role, role)) throw new Refusal('forbidden');
    if (sender.session !== null && (sessions.get(sender.session)?.getTime() ?? 0) <= Date.now()) throw new Refusal('unauthorized');
    if (sender.key !== null && !keys.has(sender.key)) throw new Refusal('unauthorized');
  };
}

/** A deal is its company's; a link opens its own deal, as long as it has not been revoked. */
export function checkLink(loaded: LoadedDeal, acting: Acting): void {
  if (loaded.company.id !== acting.company) throw new Refusal('not_found');
  if (acting.as !== 'link') return;
  const link = loaded.links.find((one) => one.id === acting.link);
  if (!link || link.revokedAt !== null) throw new Refusal('not_found');
}

/** The same where nothing of the deal is loaded: those of these links that have not been revoked. */
export async function openLinks(em: Em, asking: Asking[]): Promise<Set<string>> {
  const links = unique(asking.map((one) => (one.acting.as === 'link' ? one.acting.link : null)));
  if (links.length === 0) return new Set();
  return new Set((await createFind(em).in(LinkSchema, 'id', links, { open: 'revokedAt' })).map((link) => link.id));
}

function unique(ids: (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}

import { PROTOCOL } from '../../shared/protocol.ts';
import { Refusal } from '../../shared/refusal.ts';
import { sessionId, touchSessions } from '../accounts.ts';
import { createBatch } from '../batch.ts';
import type { Em } from '../db.ts';
import type { Tokens } from '../secrets.ts';
import { readLinkHolders, readOpenSessions, type OpenSession } from '../views/arrivals.ts';
import { browserId, BROWSER_COOKIE, newBrowserId, readCookie, SESSION_COOKIE } from './cookies.ts';
import type { LiveSocket, Who } from './socket-types.ts';

/** Finds out who connects. Throws Refusal `protocol_mismatch`, `not_found` for a link that opens nothing, `unauthorized` without a session. */
export type Identify = (handshake: LiveSocket['handshake'], ip: string) => Promise<Who>;

export function createHandshake(parts: { em: () => Em; tokens: Tokens }): Identify {
  const holderOf = createBatch((asked: { link: string; browser: string }[]) => readLinkHolders(parts.em(), asked));
  const sessionOf = createBatch(async (ids: string[]) => {
    const now = new Date();
    const found = await readOpenSessions(parts.em(), ids, now);
    await touchSessions(
      parts.em(),
      found.filter((one) => one !== null),
      now,
    );
    return found;
  });

  async function readSession(cookies: string | undefined): Promise<OpenSession | null> {
    const id = sessionId(readCookie(cookies, SESSION_COOKIE));
    return id === null ? null : sessionOf(id);
  }

  return async ({ auth, headers }, ip) => {
    if (auth['protocol'] !== PROTOCOL) throw new Refusal('protocol_mismatch');
    const facts = { ip, userAgent: headers['user-agent']?.slice(0, 500) ?? null };
    const signedIn = await readSession(headers.cookie);
    if (typeof auth['link'] === 'string') {
      const link = parts.tokens.read('link', auth['link']);
      const browser = browserId(readCookie(headers.cookie, BROWSER_COOKIE)) ?? newBrowserId();
      const holder = link === null ? null : await holderOf({ link, browser });
      if (holder === null) throw new Refusal('not_found');
      const { deal, company, contact } = holder;
      const own = signedIn?.company === company;
      return {
        side: 'client',
        company,
        deal,
        acting: { as: 'link', company, deal, link: holder.link, contact, browser, ...(own ? { triedBy: signedIn.user } : {}) },
        mode: !own ? 'person' : auth['asClient'] === true ? 'trying' : 'preview',
        expiresAt: null,
        person: holder.person,
        name: holder.personName || holder.contactName || null,
        facts,
      };
    }
    if (signedIn === null) throw new Refusal('unauthorized');
    const { user, name, company, session, expiresAt } = signedIn;
    return {
      side: 'owner',
      company,
      deal: null,
      acting: { as: 'user', company, user, name, session, key: null },
      mode: 'person',
      expiresAt: expiresAt.getTime(),
      person: null,
      name,
      facts,
    };
  };
}

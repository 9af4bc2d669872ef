import type { Facts } from '../facts.ts';
import type { Entry } from '../history.ts';
import { all, by } from './entries.ts';

/** A mail has one Message-ID and the same bytes however often it goes out; nothing is written about twice to the same person; none is lost. */
export function mails(history: readonly Entry[], { mails: rows }: Facts): string[] {
  const wrong: string[] = [];
  const mailed = by(all(history, 'mailed'), (entry) => entry.messageId.replace(/^<|>$/g, ''));
  const known = new Set(rows.map((mail) => mail.messageId));
  for (const [id, copies] of mailed) {
    if (new Set(copies.map((copy) => copy.sha256)).size > 1) wrong.push(`mail ${id} went out with other bytes`);
    if (!known.has(id)) wrong.push(`a mail went out under Message-ID ${id}, which belongs to none`);
  }
  for (const [about, same] of by(rows, (mail) => `${mail.kind} to ${mail.address} about ${mail.document} ${JSON.stringify(mail.about)}`))
    if (same.length > 1) wrong.push(`doubled: ${same.length} mails ${about}`);
  // Where mails lead nowhere, nothing is asked of them.
  if (mailed.size === 0 && all(history, 'mails awaited').length === 0) return wrong;
  for (const { id, kind, state, messageId } of rows) {
    if (state === 'delivered' && !mailed.get(messageId ?? '')?.some((copy) => copy.accepted))
      wrong.push(`mail ${id} (${kind}) is said to be delivered and never was`);
    if (state === 'waiting' && all(history, 'mails awaited').length > 0) wrong.push(`mail ${id} (${kind}) still waits`);
  }
  return wrong;
}

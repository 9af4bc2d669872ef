import { randomUUID } from 'node:crypto';
import type { CommandInputs } from '../../shared/commands.ts';
import { Refusal } from '../../shared/refusal.ts';
import { LinkSchema, type Document, type Link } from '../entities/index.ts';
import { findIssued } from '../model/find.ts';
import { linkView } from '../model/document-view.ts';
import type { DealScope, Result } from './scope.ts';

/** A new secret link to an issued document, for one contact of the client or for whoever holds it. */
export function createLink(scope: DealScope, input: CommandInputs['createLink']): Result {
  const document = findIssued(scope.loaded, input.document);
  if (input.contact !== null && !scope.loaded.contacts.some((contact) => contact.id === input.contact && contact.removedAt === null)) {
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/contact', rule: 'unknown_contact', detail: 'no contact of this client has this id' }],
    });
  }
  return { link: addLink(scope, document, input.contact, input.label).id };
}

/** Makes the link and says so. */
export function addLink(scope: DealScope, document: Document, contact: string | null, label: string | null): Link {
  const link = scope.add(LinkSchema, {
    id: randomUUID(),
    deal: document.deal,
    document: document.id,
    contact,
    label,
    position: scope.loaded.links.length,
    createdAt: scope.now,
    revokedAt: null,
  });
  scope.loaded.links.push(link);
  scope.say('link.created', document.id, { link: linkView(link, scope.loaded.contacts) });
  return link;
}

/** Ends a link: its open pages are cut by every relay that reads the event. */
export function revokeLink(scope: DealScope, input: CommandInputs['revokeLink']): Result {
  const link = scope.loaded.links.find((one) => one.id === input.link && one.document === input.document);
  if (!link) throw new Refusal('not_found');
  if (link.revokedAt !== null) throw new Refusal('already_revoked', { data: { revokedAt: link.revokedAt.toISOString() } });
  link.revokedAt = scope.now;
  scope.say('link.revoked', input.document, { link: link.id });
  return { link: link.id };
}

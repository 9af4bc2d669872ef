import type { CommandInputs } from '../../shared/commands.ts';
import { dayIn } from '../../shared/document.ts';
import { isAddress } from '../../shared/mail.ts';
import { Refusal } from '../../shared/refusal.ts';
import { MessageSchema, VisitSchema, type Document } from '../entities/index.ts';
import { fileView } from '../model/document-view.ts';
import { contentOf, findIssued } from '../model/find.ts';
import { clientsOf } from '../model/recipients.ts';
import type { Proposal } from '../../shared/view.ts';
import { revisionChanged } from './decide.ts';
import { takeFiles } from './files.ts';
import { addLink } from './links.ts';
import { askWhetherRead } from './mails.ts';
import type { DealScope, Result } from './scope.ts';

/** A message on a document, from either side. `notify` asks for a mail to the client; it needs a contact with an address. */
export function postMessage(scope: DealScope, input: CommandInputs['postMessage']): Result {
  const document = findIssued(scope.loaded, input.document);
  const notify = scope.side === 'owner' && input.notify;
  if (input.text === '' && input.files.length === 0 && input.proposal === null)
    throw new Refusal('invalid_input', { faults: [{ pointer: '/text', rule: 'required', detail: 'this field is required' }] });
  if (notify) reachClient(scope, document);
  const person = scope.person({ name: input.name, named: true });
  // The command's own id: so the page that sent it knows its message again.
  const proposal = proposalOf(scope, document, input.proposal);
  const message = {
    id: scope.id,
    document: document.id,
    person: person.id,
    side: scope.side,
    name: person.name,
    text: input.text,
    notify,
    proposal,
  };
  const files = takeFiles(scope, document.id, input.files, message.id, person.name);
  document.updatedAt = scope.now;
  const readUpTo = scope.acting.as === 'link' && scope.acting.triedBy !== undefined ? 0 : Math.min(input.readUpTo, scope.loaded.deal.seq);
  const seq = scope.say('message.posted', document.id, { message: { ...message, files: files.map(fileView) }, readUpTo });
  const row = { ...message, deal: scope.loaded.deal.id, seq, at: scope.now };
  // Its files name it.
  if (files.length > 0) scope.add(MessageSchema, row);
  else scope.append(MessageSchema, row);
  if (notify || scope.side === 'client') askWhetherRead(scope, scope.side === 'client' ? 'owner' : 'client', row);
  // Not what came in meanwhile: whoever answers a mail, or writes from another program, has not seen that.
  person.readSeq = Math.max(person.readSeq, readUpTo);
  return { message: message.id, seq, person: person.id };
}

/** What the client asks for with a message: about an open quote, and the revision they saw. */
function proposalOf(scope: DealScope, document: Document, asked: CommandInputs['postMessage']['proposal']): Proposal | null {
  if (asked === null) return null;
  const { kind, status } = document;
  if (scope.side !== 'client') throw new Refusal('forbidden');
  if (kind !== 'quote' || !['issued', 'on_hold', 'refused'].includes(status))
    throw new Refusal('action_not_allowed', { data: { kind, status } });
  if (asked.revision !== document.revision) throw revisionChanged(scope, document, asked.revision);
  if (asked.what === 'validity') {
    if (asked.until !== null && asked.until < dayIn(scope.loaded.company.timeZone, scope.now))
      throw new Refusal('invalid_input', {
        faults: [{ pointer: '/proposal/until', rule: 'in_the_past', detail: 'a day that has not passed is expected' }],
      });
    return asked;
  }
  const line = contentOf(scope.loaded, document).lines.find((one) => one.id === asked.line && one.type === 'item');
  if (!line)
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/proposal/line', rule: 'unknown_line', detail: 'no line of this quote has this id' }],
    });
  return { ...asked, description: line.description };
}

/** The client is to be told: somebody there must have an address, and a link to open. */
function reachClient(scope: DealScope, document: Document): void {
  if (clientsOf(scope.loaded, document).length > 0) return;
  const contact = scope.loaded.contacts.find((one) => one.removedAt === null && one.email !== null && isAddress(one.email));
  if (contact) addLink(scope, document, contact.id, null);
  if (!contact || clientsOf(scope.loaded, document).length === 0) throw new Refusal('client_without_email');
}

/** Moves the reader's cursor in the conversation forward, never back. */
export function markRead(scope: DealScope, input: CommandInputs['markRead']): Result {
  const document = findIssued(scope.loaded, input.document);
  const upTo = Math.min(input.upTo, scope.loaded.deal.seq);
  const known = scope.known()?.readSeq ?? 0;
  if (upTo <= known) return { upTo: known };
  const person = scope.person();
  person.readSeq = upTo;
  scope.say('conversation.read', document.id, { person: person.id, upTo });
  return { upTo, person: person.id };
}

/** One look of the client, reported by a visible page with a person in front of it; once a visit. (Rule 9.) */
export function recordView(scope: DealScope, input: CommandInputs['recordView']): Result {
  const { acting, loaded } = scope;
  if (acting.as !== 'link') throw new Refusal('forbidden');
  const document = findIssued(loaded, input.document);
  if (loaded.visits.some((visit) => visit.id === input.visit)) return {};
  // Nobody is added to the deal's people here: the client's own view does not hear of visits.
  const name = scope.actor().name || null;
  document.views += 1;
  document.lastViewedAt = scope.now;
  scope.add(VisitSchema, {
    id: input.visit,
    document: document.id,
    link: acting.link,
    name,
    at: scope.now,
    ip: scope.facts.ip,
    userAgent: scope.facts.userAgent,
    position: document.views,
  });
  scope.say('document.viewed', document.id, { visit: input.visit, name });
  return {};
}

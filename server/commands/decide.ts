import { randomUUID } from 'node:crypto';
import { dayIn, isExpired, next, type Action, type DocumentContent } from '../../shared/document.ts';
import { isPastRefusing } from '../../shared/follows.ts';
import { money } from '../../shared/format.ts';
import { outcomeOf } from '../../shared/outcome.ts';
import type { CommandInputs } from '../../shared/commands.ts';
import { Refusal } from '../../shared/refusal.ts';
import { changes } from '../../shared/changes.ts';
import { DecisionSchema, type Decision, type Document, type Person } from '../entities/index.ts';
import { decisionView, standingDecision } from '../model/document-view.ts';
import { instantAt } from '../model/dates.ts';
import { findIssued, contentOf } from '../model/find.ts';
import { recipientOf, usersWanting } from '../model/recipients.ts';
import { sha256 } from '../secrets.ts';
import { WORDS } from '../words.ts';
import type { Reserve } from '../../shared/view.ts';
import { sayProgress } from './chain.ts';
import { addMail } from './mails.ts';
import type { DealScope, Result } from './scope.ts';

type DecisionInput = CommandInputs['refuseDocument'] & Partial<CommandInputs['acceptDocument']> & { remindOn?: string | null };

export const acceptDocument = (scope: DealScope, input: CommandInputs['acceptDocument']) => decide(scope, 'accept', input);
export const refuseDocument = (scope: DealScope, input: CommandInputs['refuseDocument']) => decide(scope, 'refuse', input);
export const holdQuote = (scope: DealScope, input: CommandInputs['holdQuote']) => decide(scope, 'hold', input);

const CHOICE = { accept: 'accepted', refuse: 'refused', hold: 'held' } as const;
/** The hour of the day, where the company is, at which a hold's reminder is written. */
const REMINDER_HOUR = 8;

const EVENT = { accept: 'document.accepted', refuse: 'document.refused', hold: 'document.held' } as const;

/** The client's decision on one revision, with its evidence. (Code civil 1127-1, 1366, 1367; eIDAS simple signature.) */
function decide(scope: DealScope, action: Action, input: DecisionInput): Result {
  const document = findIssued(scope.loaded, input.document);
  const status = allowed(scope, document, action, input);
  const content = contentOf(scope.loaded, document);
  const reserves = reservesOf(document, content, input);
  checkChoice(document, content, action, input);
  const { pdf } = scope.facts;
  // The document moved between drawing and locking: the sender tries again and sees what changed.
  if (pdf === null || pdf.revision !== document.revision || pdf.chosen.join() !== document.chosen.join()) throw new Refusal('unavailable');
  scope.keep({ sha256: pdf.sha256, mediaType: 'application/pdf', bytes: pdf.bytes });
  const person = scope.person({ name: input.name, named: true });
  const decision = scope.add(DecisionSchema, {
    id: randomUUID(),
    document: document.id,
    revision: document.revision,
    action,
    name: input.name,
    reason: input.reason,
    remindOn: input.remindOn ?? null,
    orderNumber: input.orderNumber ?? null,
    reserves,
    chosen: action === 'accept' ? document.chosen : [],
    person: person.id,
    identifiedBy: identityOf(scope, person),
    consent: consentFor(document, content, { action, reserves }, input),
    termsHash: sha256(content.terms.join('\n')),
    pdf: pdf.sha256,
    position: scope.loaded.decisions.length,
    at: scope.now,
    ip: scope.facts.ip,
    userAgent: scope.facts.userAgent,
  });
  scope.loaded.decisions.push(decision);
  document.status = reserves.length > 0 ? 'accepted_with_reserves' : status;
  document.updatedAt = scope.now;
  scope.say(EVENT[action], document.id, { status: document.status, decision: decisionView(decision) });
  // A refused delivery brought nothing: it is to be delivered again.
  sayProgress(scope);
  tellByMail(scope, document, decision, person, input);
  return { document: document.id, status: document.status, person: person.id };
}

/** What is not as it should be on a delivery, each on a line of it. Whoever refuses has no reserves. */
function reservesOf({ kind }: Document, { lines }: DocumentContent, { reserves = [] }: DecisionInput): Reserve[] {
  const faults = reserves.flatMap(({ line }, i) =>
    line === null || lines.some((one) => one.id === line)
      ? []
      : [{ pointer: `/reserves/${i}/line`, rule: 'unknown_line', detail: 'no line of this delivery has this id' }],
  );
  if (reserves.length > 0 && kind !== 'delivery')
    faults.push({ pointer: '/reserves', rule: 'not_for_kind', detail: 'only a delivery is accepted with reserves' });
  if (faults.length > 0) throw new Refusal('invalid_input', { faults });
  return reserves;
}

/** Accepted is what was on the screen: with the very options that are chosen now. */
function checkChoice(document: Document, { lines }: DocumentContent, action: Action, { chosen = null }: DecisionInput): void {
  if (action !== 'accept' || !lines.some((line) => line.optional)) return;
  const same = chosen !== null && chosen.length === document.chosen.length && chosen.every((line) => document.chosen.includes(line));
  if (!same) throw new Refusal('choice_changed', { data: { chosen: document.chosen } });
}

/** The owner's users who want to know, and the acknowledgement to who decided. (Code civil 1127-2: without delay.) */
function tellByMail(scope: DealScope, document: Document, decision: Decision, person: Person, { email, language }: DecisionInput): void {
  const about = { decision: decision.id };
  for (const user of usersWanting(scope.loaded, CHOICE[decision.action])) addMail(scope, document, 'decision', user, about);
  // Also of a contact: theirs is used where the owner has given none.
  if (email !== null) person.email = email;
  const to = recipientOf(scope.loaded, person, email);
  if (to !== null) addMail(scope, document, 'acknowledgement', { ...to, language }, about);
  if (decision.remindOn === null) return;
  const { company } = scope.loaded;
  scope.later({
    name: 'reminder',
    data: { company: company.id, document: document.id, decision: decision.id },
    after: instantAt(decision.remindOn, REMINDER_HOUR, company.timeZone),
  });
}

/** How the person was known. A trial by the owner says so for ever: it is no client's decision. */
function identityOf({ acting }: DealScope, person: Person): string {
  if (acting.as !== 'link') throw new Refusal('forbidden');
  const parts = [`link:${acting.link}`, ...(person.contact ? [`contact:${person.contact}`] : [])];
  return [...(acting.triedBy ? [`trial by user:${acting.triedBy}`] : []), ...parts].join(' ');
}

/** The next status, or the refusal that says why not. */
function allowed(scope: DealScope, document: Document, action: Action, input: DecisionInput) {
  if (input.revision !== document.revision) throw revisionChanged(scope, document, input.revision);
  const status = next(document.kind, document.status, action);
  if (status === null) {
    const last = standingDecision(scope.loaded, document);
    if (last) throw new Refusal('already_decided', { data: { status: document.status, decision: decisionView(last) } });
    throw new Refusal('action_not_allowed', { data: { kind: document.kind, status: document.status } });
  }
  const others = scope.loaded.documents.map((one) => ({ follows: one.follows, status: one.status, content: contentOf(scope.loaded, one) }));
  if (action !== 'accept' && isPastRefusing(document, others))
    throw new Refusal('action_not_allowed', { data: { kind: document.kind, status: document.status } });
  const today = dayIn(scope.loaded.company.timeZone, scope.now);
  if (isExpired({ kind: document.kind, status: document.status, validUntil: document.validUntil }, today)) {
    throw new Refusal('quote_expired', { data: { validUntil: document.validUntil } });
  }
  if (input.remindOn && input.remindOn < today) {
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/remindOn', rule: 'in_the_past', detail: 'the reminder is for a day that has passed' }],
    });
  }
  return status;
}

/** The refusal of whatever was said of another revision, with what has changed since. */
export function revisionChanged(scope: DealScope, document: Document, seen: number): Refusal {
  const before = scope.loaded.revisions.find((r) => r.document === document.id && r.revision === seen);
  const list = before ? changes(before.content, contentOf(scope.loaded, document), document.chosen) : [];
  return new Refusal('revision_changed', { data: { revision: document.revision, changes: list } });
}

/** The sentence that was on the screen, in the language it was shown in. */
function consentFor(
  document: Document,
  { terms }: DocumentContent,
  decided: Pick<Decision, 'action' | 'reserves'>,
  input: DecisionInput,
): string {
  const words = WORDS[input.language].consent;
  const number = document.number ?? '';
  const total = document.gross === null || document.currency === null ? null : money(document.gross, document.currency, input.language);
  return words[outcomeOf(decided)](document.kind, number, total, terms.length > 0);
}

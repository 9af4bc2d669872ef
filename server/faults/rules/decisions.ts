import type { EventFact, Facts } from '../facts.ts';
import type { Entry } from '../history.ts';
import { all, by } from './entries.ts';

const DECISIONS: Readonly<Record<string, string>> = { acceptDocument: 'accept', refuseDocument: 'refuse', holdQuote: 'hold' };
const EVENTS: Readonly<Record<string, string>> = { 'document.accepted': 'accept', 'document.refused': 'refuse', 'document.held': 'hold' };
/** Whoever was too late is told what stands. */
const LATE = new Set(['already_decided', 'revision_changed']);

/** A decision is taken once, on what was seen, with one event, one row and one mail; whoever comes too late is told so and leaves nothing. */
export function decisions(history: readonly Entry[], facts: Facts): string[] {
  const wrong = by(
    facts.events.filter(({ document }) => document !== null),
    (event) => String(event.document),
  )
    .entries()
    .toArray()
    .flatMap(([document, events]) => standing(document, events));
  const sent = new Map(all(history, 'sent').map((entry) => [entry.id, entry]));
  const asked = all(history, 'acknowledged').flatMap(({ id }) => {
    const command = sent.get(id);
    const action = DECISIONS[command?.name ?? ''];
    return command === undefined || action === undefined ? [] : [{ id, action, input: command.input }];
  });

  const recorded = by(facts.decisions, (row) => row.document);
  for (const document of new Set([...recorded.keys(), ...asked.map(({ input }) => String(input['document']))])) {
    const rows = recorded.get(document) ?? [];
    const events = facts.events.filter((event) => event.document === document && event.type in EVENTS);
    if (events.length !== rows.length) wrong.push(`document ${document} has ${rows.length} decisions and ${events.length} events of them`);
    const mine = new Map(asked.filter(({ input }) => input['document'] === document).map((one) => [one.id, one]));
    if (rows.length > mine.size) wrong.push(`document ${document} has ${rows.length} decisions, and ${mine.size} were acknowledged`);
    for (const { action, input } of mine.values())
      if (!rows.some((row) => row.action === action && row.revision === input['revision'] && row.name === input['name']))
        wrong.push(`${action} of revision ${String(input['revision'])} of document ${document} was acknowledged and is recorded otherwise`);
  }
  for (const { id, who, code, data } of all(history, 'refused')) {
    const command = sent.get(id);
    if (command === undefined || !(command.name in DECISIONS) || !LATE.has(code)) continue;
    if (data['status'] === undefined && data['revision'] === undefined)
      wrong.push(`${who} was refused (${code}) without being told what stands`);
  }
  for (const { sha256, decisions: uses } of facts.evidence) if (uses === 0) wrong.push(`evidence ${sha256} is kept for no decision`);
  return [...wrong, ...told(facts)];
}

/** Walks through what happened to one document: each decision is on the revision of then, and final until it is opened again. */
function standing(document: string, events: readonly EventFact[]): string[] {
  let revision = 0;
  let final: string | null = null;
  const wrong: string[] = [];
  for (const { type, data } of events) {
    if (type === 'document.issued' || type === 'document.revised') {
      revision = (data['document'] as { revision: number }).revision;
      final = null;
    }
    if (type === 'document.reopened') final = null;
    const action = EVENTS[type];
    if (action === undefined) continue;
    const decided = (data['decision'] as { revision: number }).revision;
    if (decided !== revision) wrong.push(`document ${document}: ${action} of revision ${decided} when it was at revision ${revision}`);
    if (final !== null) wrong.push(`document ${document}: ${action} after ${final}`);
    if (action !== 'hold') final = action;
  }
  return wrong;
}

/** Of each decision the owner is told once by mail, and who decided gets one acknowledgement at most. */
function told({ decisions: rows, mails }: Facts): string[] {
  const mailed = by(
    mails.filter((mail) => typeof mail.about['decision'] === 'string'),
    (mail) => `${mail.kind} ${String(mail.about['decision'])}`,
  );
  return rows.flatMap(({ id }) => {
    const [news, thanks] = [mailed.get(`decision ${id}`)?.length ?? 0, mailed.get(`acknowledgement ${id}`)?.length ?? 0];
    return news === 1 && thanks <= 1 ? [] : [`decision ${id} is told by ${news} mails to the owner and ${thanks} to the client`];
  });
}

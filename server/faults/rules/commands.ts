import type { Facts } from '../facts.ts';
import type { Entry } from '../history.ts';
import { all, by } from './entries.ts';

/** Refusals after which it is not known whether it was done: the sender sends it again. */
const UNCERTAIN = new Set(['unavailable', 'rate_limited', 'internal']);

/** Every acknowledged command is there exactly once and as it was answered; a refused one is not; each has an answer in the end. */
export function commands(history: readonly Entry[], facts: Facts): string[] {
  const sent = new Map(all(history, 'sent').map((entry) => [entry.id, entry]));
  const early = new Set(all(history, 'left').flatMap((entry) => (entry.early ? [entry.who] : [])));
  const records = by(facts.records, (record) => record.id);
  const answered = new Set<string>();
  const wrong: string[] = [];
  const name = (id: string) => `${sent.get(id)?.name ?? 'a command'} ${id} of ${sent.get(id)?.who ?? 'nobody'}`;

  for (const [id, answers] of by(all(history, 'acknowledged'), (entry) => entry.id)) {
    answered.add(id);
    const said = new Set(answers.map(({ seq, result }) => JSON.stringify([seq, result])));
    if (said.size > 1) wrong.push(`answered twice, differently: ${name(id)}`);
    const there = records.get(id) ?? [];
    if (there.length === 0) wrong.push(`acknowledged and lost: ${name(id)} is not in the database`);
    if (there.length > 1) wrong.push(`done twice: ${name(id)} was recorded ${there.length} times`);
    const { seq } = answers[0] ?? { seq: null };
    if (there.length === 1 && seq !== null && there[0]?.seq !== seq)
      wrong.push(`${name(id)} was answered ${seq} and recorded at ${there[0]?.seq}`);
  }
  for (const { id, code } of all(history, 'refused')) {
    answered.add(id);
    if (!UNCERTAIN.has(code) && records.has(id)) wrong.push(`refused and done: ${name(id)} was refused (${code}) and is in the database`);
  }
  for (const [id, { who }] of sent) if (!answered.has(id) && !early.has(who)) wrong.push(`never answered: ${name(id)}`);
  return [...wrong, ...made(history, facts, name), ...effects(facts, sent, records)];
}

/** What was acknowledged is there, not only the memory of it. */
function made(history: readonly Entry[], facts: Facts, name: (id: string) => string): string[] {
  const rows = new Set([...facts.messages.map((message) => message.id), ...facts.documents.map((document) => document.id)]);
  return all(history, 'acknowledged').flatMap(({ id, result }) =>
    [result['message'], result['document']].flatMap((row) =>
      typeof row === 'string' && !rows.has(row) ? `acknowledged and lost: what ${name(id)} made, ${row}, is not in the database` : [],
    ),
  );
}

/** Whatever a command makes is made once, and whole: the row, the event, and what it was answered. */
function effects(facts: Facts, sent: ReadonlyMap<string, unknown>, records: ReadonlyMap<string, Facts['records']>): string[] {
  const wrong: string[] = [];
  const told = by(
    facts.events.filter((event) => event.type === 'message.posted'),
    (event) => String(event.data['message']),
  );
  for (const message of facts.messages) {
    const events = told.get(message.id) ?? [];
    if (events.length !== 1) wrong.push(`half done: message ${message.id} is told of by ${events.length} events`);
    else if (events[0]?.dealSeq !== message.seq)
      wrong.push(`half done: message ${message.id} stands at ${message.seq}, its event at ${events[0]?.dealSeq}`);
    if (!sent.has(message.id)) wrong.push(`nobody sent it: message ${message.id} is in the database`);
    if (!records.has(message.id)) wrong.push(`half done: message ${message.id} is there without its command`);
  }
  const messages = new Set(facts.messages.map((message) => message.id));
  for (const id of told.keys()) if (!messages.has(id)) wrong.push(`half done: an event tells of message ${id}, which is not there`);

  const answered = new Set(facts.records.map((record) => record.result['document']));
  for (const document of facts.documents)
    if (!answered.has(document.id)) wrong.push(`done twice: document ${document.number ?? document.id} is there and was told to nobody`);
  return wrong;
}

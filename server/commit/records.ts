import type { Acting, Result } from '../commands/scope.ts';
import { query, type Em } from '../db.ts';

/** What a command was answered, so that the same id from the same sender gets the same answer and changes nothing. */
export interface CommandRecord {
  hash: string;
  answer: { seq: number; result: Result };
}

interface Sent {
  id: string;
  acting: Acting;
}

/** Whose ids these are: the user's, the key's or the link's. */
export function actorKey(acting: Acting): string {
  // Not the browser: one without cookies is another after each reconnect, and the id is the sender's own anyway.
  if (acting.as === 'link') return `link:${acting.link}`;
  if (acting.as === 'system') return 'system';
  return acting.key === null ? `user:${acting.user}` : `key:${acting.key}`;
}

/** Those of these commands that have been done before. */
export async function readRecords<T extends Sent>(em: Em, sent: T[]): Promise<Map<T, CommandRecord>> {
  // Each by itself: joined, the table of all commands there ever were may be read through for a handful.
  const rows = await query<CommandRecord & { n: number }>(
    em,
    `select w.n, r.hash, r.answer from jsonb_to_recordset($1::jsonb) as w(n int, actor text, id uuid)
     cross join lateral (select hash, answer from command_records c where c.actor = w.actor and c.id = w.id limit 1) r`,
    [JSON.stringify(sent.map(({ id, acting }, n) => ({ n, actor: actorKey(acting), id })))],
  );
  return new Map(
    rows.flatMap(({ n, hash, answer }) => {
      const one = sent[n];
      return one ? [[one, { hash, answer }] as const] : [];
    }),
  );
}

/** Remembers what these are answered. */
export async function writeRecords(
  em: Em,
  done: { item: Sent & { hash: string }; answer: CommandRecord['answer']; at: Date }[],
): Promise<void> {
  await query(
    em,
    `insert into command_records (actor, id, hash, answer, at)
     select r.actor, r.id, r.hash, r.answer, r.at
     from jsonb_to_recordset($1::jsonb) as r(actor text, id uuid, hash text, answer jsonb, at timestamptz)`,
    [JSON.stringify(done.map(({ item: { id, acting, hash }, answer, at }) => ({ actor: actorKey(acting), id, hash, answer, at })))],
  );
}

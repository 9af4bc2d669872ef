import { query, type Em } from './db.ts';
import type { Jobs } from './execute.ts';
import type { Logged } from './log.ts';
import type { Job } from './model/jobs.ts';

/** Never told to an endpoint: one that fails would be told of it, fail, and so for ever. */
const KEPT_BACK = new Set<Logged['type']>(['webhook.failed']);

/**
 * Writes down, in the transaction that appended `logged`, which endpoints are to be told of what, with a job for each. A company without
 * endpoints pays one look into an index. Answers the jobs, to be begun after the commit.
 */
export async function leaveDeliveries(em: Em, jobs: Jobs, company: string, logged: Logged[]): Promise<Job[]> {
  const told = logged.filter((event) => !KEPT_BACK.has(event.type));
  if (told.length === 0) return [];
  const rows = await query<{ id: string; webhook_id: string }>(
    em,
    `insert into deliveries (id, webhook_id, seq, type, state, attempts, next_at, created_at)
     select gen_random_uuid(), w.id, e.seq, e.type, 'waiting', 0, e.at, e.at
     from webhooks w cross join jsonb_to_recordset($1::jsonb) as e(seq bigint, type text, at timestamptz)
     where w.company_id = $2 and w.disabled_at is null and w.removed_at is null
       and (jsonb_typeof(w.types) is distinct from 'array' or jsonb_exists(w.types, e.type))
     order by e.seq
     returning id, webhook_id`,
    [JSON.stringify(told.map(({ seq, type, at }) => ({ seq, type, at }))), company],
  );
  const asked = rows.map((row): Job => ({ name: 'webhook', data: { webhook: row.webhook_id, delivery: row.id, attempt: 0 }, after: null }));
  await jobs.add(em, asked);
  return asked;
}

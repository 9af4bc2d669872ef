import { query, type Em } from './db.ts';
import type { Jobs } from './execute.ts';
import type { Logged, Said } from './log.ts';
import type { Job } from './model/jobs.ts';

/** Never told to an endpoint: one that fails would be told of it, fail, and so for ever. */
const KEPT_BACK = new Set<Logged['type']>(['webhook.failed']);

/**
 * Writes down which endpoints are to be told of `said`, with a job for each, in the transaction that appends it: asked for after `append`, if only in the same
 * round trip. A company without endpoints pays one look into an index. Answers the jobs, to be begun after the commit.
 */
export async function leaveDeliveries(em: Em, jobs: Jobs, company: string, said: Said[]): Promise<Job[]> {
  // As `append` numbers them: the last one is the company's last.
  const told = said.map(({ type, at }, i) => ({ type, at, behind: said.length - 1 - i })).filter(({ type }) => !KEPT_BACK.has(type));
  if (told.length === 0) return [];
  const rows = await query<{ id: string; webhook_id: string }>(
    em,
    `insert into deliveries (id, webhook_id, seq, type, state, attempts, next_at, created_at)
     select gen_random_uuid(), w.id, c.seq - e.behind, e.type, 'waiting', 0, e.at, e.at
     from webhooks w join companies c on c.id = w.company_id
     cross join jsonb_to_recordset($1::jsonb) as e(behind int, type text, at timestamptz)
     where w.company_id = $2 and w.disabled_at is null and w.removed_at is null
       and (jsonb_typeof(w.types) is distinct from 'array' or jsonb_exists(w.types, e.type))
     order by e.behind desc
     returning id, webhook_id`,
    [JSON.stringify(told), company],
  );
  if (rows.length === 0) return [];
  const asked = rows.map((row): Job => ({ name: 'webhook', data: { webhook: row.webhook_id, delivery: row.id, attempt: 0 }, after: null }));
  await jobs.add(em, asked);
  return asked;
}

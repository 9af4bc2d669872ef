import type { Em } from '../db.ts';
import { fault, ok, some, warning, type Finding } from './finding.ts';

/** What rows refer to without a foreign key, and what must be so between tables: a condition that finds those for which it is not. */
const ORPHANS: readonly [what: string, from: string][] = [
  [
    'documents without what is printed on them',
    'documents x where not exists (select from revisions r where r.document_id = x.id and r.revision = x.revision)',
  ],
  ['documents of another company than their deal', 'documents x join deals d on d.id = x.deal_id where d.company_id <> x.company_id'],
  ['deals of another company than their client', 'deals x join clients c on c.id = x.client_id where c.company_id <> x.company_id'],
  [
    'documents that follow none there is',
    'documents x where x.follows is not null and not exists (select from documents d where d.id = x.follows)',
  ],
  ['links of another deal than their document', 'links x join documents d on d.id = x.document_id where d.deal_id <> x.deal_id'],
  ['people known by a link there is not', 'people x where x.link is not null and not exists (select from links l where l.id = x.link)'],
  [
    'decisions on a revision there is not',
    'decisions x where not exists (select from revisions r where r.document_id = x.document_id and r.revision = x.revision)',
  ],
  [
    'messages the log does not know',
    "messages x where not exists (select from events e where e.deal = x.deal_id and e.deal_seq = x.seq and e.type = 'message.posted')",
  ],
  [
    'entries of a ledger about an entry there is not',
    'payments x where x.of is not null and not exists (select from payments p where p.id = x.of)',
  ],
  [
    'entries of a ledger by a payment page there is not',
    'payments x where x.checkout is not null and not exists (select from checkouts c where c.id = x.checkout)',
  ],
  ['payment pages for a link there is not', 'checkouts x where not exists (select from links l where l.id = x.link)'],
  [
    'deliveries of an event there is not',
    'deliveries x join webhooks w on w.id = x.webhook_id where not exists (select from events e where e.company_id = w.company_id and e.seq = x.seq)',
  ],
];

/** Events and companies have other keys. */
const OTHERS: readonly [what: string, from: string][] = [
  ['events of a deal there is not', 'events x where x.deal is not null and not exists (select from deals d where d.id = x.deal)'],
  [
    'events of a document there is not',
    'events x where x.document is not null and not exists (select from documents d where d.id = x.document)',
  ],
  ['companies without their logo', 'companies x where x.logo is not null and not exists (select from blobs b where b.sha256 = x.logo)'],
  [
    'companies whose room for files is counted wrongly',
    'companies x where x.file_bytes <> (select coalesce(sum(f.bytes), 0) from files f where f.company_id = x.id)',
  ],
];

/** Rows that belong to nothing, which no version of the program has ever written. */
export async function orphans(em: Em): Promise<Finding[]> {
  const found: string[] = [];
  for (const [list, id] of [
    [ORPHANS, 'x.id::text'],
    [OTHERS, 'null::text'],
  ] as const)
    for (const [what, from] of list) {
      const [row] = await em.execute<{ count: string; one: string | null }[]>(
        `select count(*)::text as count, min(${id}) as one from ${from}`,
      );
      if (row && row.count !== '0') found.push(`${row.count} ${what}${row.one === null ? '' : ` (${row.one})`}`);
    }
  return found.length === 0 ? [ok('Rows: none belongs to nothing')] : [fault(`Rows: ${some(found, 20)}. Restore a backup from before.`)];
}

/** Imported files and the PDFs of decisions are evidence: each must be what its name says. Reads them all. */
export async function evidence(em: Em): Promise<Finding[]> {
  const wrong = await em.execute<{ sha256: string }[]>(
    "select sha256 from blobs where encode(sha256(bytes), 'hex') <> sha256 or length(bytes) <> size order by 1",
  );
  if (wrong.length === 0) return [ok('Evidence: every imported file and signed PDF is what it was')];
  return [fault(`Evidence: changed since: ${some(wrong.map((row) => row.sha256))}. Take them from a backup from before.`)];
}

/** What waits to be done, and what was given up. */
export async function work(em: Em): Promise<Finding[]> {
  const [there] = await em.execute<{ there: boolean }[]>("select to_regclass('pgboss.job') is not null as there");
  if (!there?.there) return [ok('Jobs: none yet')];
  const rows = await em.execute<{ queue: string; waiting: string; late: string; failed: string }[]>(
    `select name as queue, count(*) filter (where state in ('created', 'retry', 'active'))::text as waiting,
       count(*) filter (where state = 'created' and start_after < now() - interval '10 minutes')::text as late,
       count(*) filter (where state = 'failed')::text as failed
     from pgboss.job group by 1 order by 1`,
  );
  const list = (field: 'late' | 'failed') => rows.filter((row) => row[field] !== '0').map((row) => `${row[field]} ${row.queue}`);
  const waiting = rows.reduce((sum, row) => sum + Number(row.waiting), 0);
  const [unsent] = await em.execute<{ count: string }[]>(
    `select count(*)::text as count from mails m where state = 'waiting' and created_at < now() - interval '1 hour'
     and not exists (select from pgboss.job j where j.name = 'letter' and j.state in ('created', 'retry', 'active') and j.data->>'mail' = m.id::text)`,
  );
  const findings: Finding[] = [];
  if (list('late').length > 0) findings.push(warning(`Jobs: due for more than ten minutes: ${some(list('late'))}. Does a server run?`));
  if (list('failed').length > 0)
    findings.push(warning(`Jobs: given up in the last days: ${some(list('failed'))}. The log of the server says why.`));
  if (unsent && unsent.count !== '0')
    findings.push(warning(`Mails: ${unsent.count} wait for a job that is no more; at night they are shown as not sent.`));
  return findings.length > 0 ? findings : [ok(`Jobs: ${waiting} waiting, none late or given up`)];
}

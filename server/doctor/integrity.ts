import { invoiceStatus, KINDS, type Kind, type Status } from '../../shared/document.ts';
import { writeNumber, type NumberFormat } from '../../shared/numbering.ts';
import type { Em } from '../db.ts';
import { isChronological } from '../model/numbering.ts';
import { fault, ok, some, type Finding } from './finding.ts';

/** Rows that are compared at once. */
const PAGE = 2000;

/** The logs: each counter is the number of its events, and they are numbered from 1 without a gap. */
export async function logs(em: Em): Promise<Finding[]> {
  const found = [
    ...(await gapsOf(em, { what: 'company', table: 'companies', of: 'e.company_id', seq: 'e.seq' })),
    ...(await gapsOf(em, { what: 'deal', table: 'deals', of: 'e.deal', seq: 'e.deal_seq' })),
  ];
  return found.length > 0 ? found : [ok('Log: numbered without a gap, for each company and each deal')];
}

async function gapsOf(em: Em, { what, table, of, seq }: { what: string; table: string; of: string; seq: string }): Promise<Finding[]> {
  const rows = await em.execute<{ id: string; counter: string; events: string; last: string }[]>(
    `select o.id, o.seq::text as counter, count(${seq})::text as events, coalesce(max(${seq}), 0)::text as last
     from ${table} o left join events e on ${of} = o.id
     group by o.id having o.seq <> count(${seq}) or o.seq <> coalesce(max(${seq}), 0) or coalesce(min(${seq}), 1) <> 1 order by o.id`,
  );
  const findings: Finding[] = [];
  for (const { id, counter, events, last } of rows.slice(0, 20)) {
    const [gap] = await em.execute<{ missing: string }[]>(
      `select n::text as missing from (select ${seq} as seq, row_number() over (order by ${seq}) as n from events e where ${of} = ?) as numbered
       where seq <> n order by n limit 1`,
      [id],
    );
    const where = gap ? `; event ${gap.missing} is missing` : '';
    findings.push(
      fault(`Log: ${what} ${id} counts ${counter}, has ${events} events, the last is ${last}${where}. Restore a backup from before.`),
    );
  }
  return findings;
}

interface Invoice {
  id: string;
  number: string | null;
  status: Status;
  gross: string;
  due: string;
  paid: string;
  credited: string;
  entered: string;
  asked: string;
  least: string;
  most: string;
}

/** The ledgers: what stands on the row of an invoice is what its entries and credit notes make of it. */
export async function ledgers(em: Em): Promise<Finding[]> {
  const wrong: string[] = [];
  let count = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const rows = await em.execute<Invoice[]>(INVOICES, [after, PAGE]);
    wrong.push(...rows.flatMap((row) => wrongIn(row).map((how) => `${row.number ?? row.id}: ${how}`)));
    count += rows.length;
    after = rows.at(-1)?.id ?? '';
    if (rows.length < PAGE) break;
  }
  if (wrong.length === 0) return [ok(`Ledgers: ${count} invoices add up`)];
  return [fault(`Ledgers: ${some(wrong)}. Compare them with the bank, and restore a backup from before.`)];
}

function wrongIn(row: Invoice): string[] {
  const [paid, due, credited, entered] = [Number(row.paid), Number(row.due), Number(row.credited), Number(row.entered)];
  const left = Number(row.asked) - paid - credited;
  const status = invoiceStatus({ gross: Number(row.gross), due, paid, credited });
  return [
    ...(paid === entered ? [] : [`${paid} is paid by its row, ${entered} by its ledger`]),
    ...(due === left ? [] : [`${due} is left by its row, ${left} by what was asked, paid and credited`]),
    ...(credited >= Number(row.least) && credited <= Number(row.most)
      ? []
      : [`${credited} is credited by its row, ${row.most} by its credit notes`]),
    ...(row.status === status ? [] : [`its row says ${row.status}, its amounts ${status}`]),
  ];
}

/** What an invoice asked for as it was issued is its net to pay and what had been paid before; a credit note may round by cents. */
const INVOICES = `
  select d.id, d.number, d.status, d.gross::text, d.due::text, d.paid::text, d.credited::text,
    (select coalesce(sum(p.amount), 0) from payments p where p.document_id = d.id)::text as entered,
    ((r.content->'totals'->>'due')::bigint + (r.content->'totals'->>'prepaid')::bigint)::text as asked,
    coalesce(sum(c.gross + least(rounding, 0)), 0)::text as least, coalesce(sum(c.gross + greatest(rounding, 0)), 0)::text as most
  from documents d join revisions r on r.document_id = d.id and r.revision = d.revision
    left join (select n.*, coalesce((cr.content->'totals'->>'rounding')::bigint, 0) as rounding
      from documents n join revisions cr on cr.document_id = n.id and cr.revision = n.revision
      where n.kind = 'credit_note' and n.status <> 'draft') c on c.follows = d.id and c.currency = d.currency
  where d.kind = 'invoice' and d.status <> 'draft' and d.due is not null and d.gross is not null and d.id > ?
  group by d.id, r.content order by d.id limit ?`;

interface Series {
  company: string;
  kind: Kind;
  year: number;
  last: string;
  numbered: string;
}

/** The numbers we give: as many as were drawn. An invoice that is missing in its series is asked about by the tax office. */
export async function series(em: Em): Promise<Finding[]> {
  const rows = await em.execute<Series[]>(
    `select coalesce(c.company_id, d.company_id) as company, coalesce(c.kind, d.kind) as kind, coalesce(c.year, d.year)::int as year,
       coalesce(c.last, 0)::text as last, coalesce(d.numbered, 0)::text as numbered
     from counters c full join (select company_id, kind, extract(year from issue_date)::int as year, count(*) as numbered
       from documents where origin = '' and number is not null group by 1, 2, 3) d
       on d.company_id = c.company_id and d.kind = c.kind and d.year = c.year`,
  );
  const wrong: string[] = [];
  for (const one of seriesOf(rows)) if (one.last !== one.numbered) wrong.push(await gapIn(em, one));
  return wrong.length === 0 ? [ok('Numbers: every series is unbroken')] : [fault(`Numbers: ${some(wrong)}. Restore a backup from before.`)];
}

/** A revision may carry a quote into another year, and its number stays: only what is numbered by its date is counted by the year. */
function seriesOf(rows: Series[]): { company: string; kind: Kind; year: number | null; last: number; numbered: number }[] {
  const groups = Map.groupBy(rows, ({ company, kind, year }) => `${company} ${kind} ${isChronological(kind) ? year : ''}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const sum = (field: 'last' | 'numbered') => group.reduce((all, row) => all + Number(row[field]), 0);
    return [{ ...first, year: isChronological(first.kind) ? first.year : null, last: sum('last'), numbered: sum('numbered') }];
  });
}

async function gapIn(em: Em, { company, kind, year, last, numbered }: ReturnType<typeof seriesOf>[number]): Promise<string> {
  const counts = `${kind}${year === null ? '' : ` ${year}`}: ${last} numbers were given, ${numbered} are there`;
  if (year === null || !KINDS.includes(kind)) return counts;
  const [row] = await em.execute<{ format: NumberFormat }[]>('select numbering->>? as format from companies where id = ?', [kind, company]);
  const there = await em.execute<{ number: string }[]>("select number from documents where company_id = ? and kind = ? and origin = ''", [
    company,
    kind,
  ]);
  const known = new Set(there.map((document) => document.number));
  const missing = Array.from({ length: last }, (_, i) => writeNumber(row?.format ?? '', year, i + 1)).filter(
    (number) => !known.has(number),
  );
  return `${counts}${missing.length > 0 ? `, without ${some(missing)}` : ''}`;
}

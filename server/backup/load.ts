import { query, type Em } from '../db.ts';
import { QUEUES } from '../jobs/queues.ts';
import type { JobQueues, NewJob } from '../outside/jobs.ts';
import { askForColumns } from './dump.ts';
import { BackupFault } from './fault.ts';
import type { Table } from './format.ts';
import type { Row } from './lines.ts';

/** How much goes into one statement: characters of text, and rows. */
const CHARS_AT_ONCE = 4 * 1024 * 1024;
const ROWS_AT_ONCE = 1000;

/** Puts the rows of a table in, each column as PostgreSQL reads it from the text it was written out as. */
export async function loadTable(tx: Em, { name, columns }: Table, rows: AsyncIterable<Row>): Promise<void> {
  const there = await tx.execute<Table['columns']>(askForColumns(name));
  const described = (list: Table['columns']) =>
    list
      .map((column) => `${column.name} ${column.type}`)
      .sort()
      .join(', ');
  // The order is that in which migrations have added them, which depends on the version they began with.
  if (described(there) !== described(columns))
    throw new BackupFault(`The table ${name} of the backup is not as this program's migrations make it. It was made by another program.`);
  const names = columns.map((column) => `"${column.name}"`).join(', ');
  const typeOf = new Map(there.map((column) => [column.name, column.type]));
  const values = columns.map((column, i) => `(r->>${i})::${typeOf.get(column.name)}`).join(', ');
  const insert = `insert into "${name}" (${names}) overriding system value select ${values} from jsonb_array_elements(?::jsonb) as r`;
  for await (const some of together(rows))
    await tx.execute(insert, [`[${some.join(',')}]`]).catch((error: unknown) => {
      throw unfit(name, error);
    });
}

/** Puts the waiting jobs in, whose tries begin anew. Says for which of them there is no queue any more. */
export async function loadJobs(tx: Em, queues: Pick<JobQueues, 'insert'>, jobs: AsyncIterable<Row>, now: Date): Promise<LoadedJobs> {
  const asked: Record<string, NewJob[]> = {};
  const loaded: LoadedJobs = { count: 0, unknown: [] };
  const write = (sql: string, values: unknown[]) => query(tx, sql, values);
  const insert = (queue: string) => queues.insert(write, queue, asked[queue]?.splice(0) ?? []);
  for await (const [queue, data, after, group] of jobs) {
    if (!queue || !(queue in QUEUES)) {
      loaded.unknown.push(queue ?? '');
      continue;
    }
    const due = after ? new Date(after) : now;
    const some = (asked[queue] ??= []);
    some.push({ data: JSON.parse(data ?? '{}') as object, after: due > now ? due : null, group: group ?? null });
    loaded.count += 1;
    if (some.length === ROWS_AT_ONCE) await insert(queue);
  }
  for (const queue of Object.keys(asked)) await insert(queue);
  return loaded;
}

export interface LoadedJobs {
  count: number;
  /** The queues of those that could not be put in. */
  unknown: string[];
}

/** What counts by itself goes on after the last. */
export async function continueSequences(tx: Em): Promise<void> {
  const owned = await tx.execute<{ sequence: string; table: string; column: string }[]>(
    `select s.oid::regclass::text as sequence, t.oid::regclass::text as table, quote_ident(a.attname) as column
     from pg_class s join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
     join pg_class t on t.oid = d.refobjid join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
     where s.relkind = 'S' and t.relnamespace = 'public'::regnamespace`,
  );
  for (const { sequence, table, column } of owned)
    await tx.execute(`select setval('${sequence}', greatest(max(${column}), 1), max(${column}) is not null) from ${table}`);
}

async function* together(rows: AsyncIterable<Row>): AsyncIterable<string[]> {
  let some: string[] = [];
  let chars = 0;
  for await (const row of rows) {
    const text = JSON.stringify(row);
    some.push(text);
    chars += text.length;
    if (chars < CHARS_AT_ONCE && some.length < ROWS_AT_ONCE) continue;
    yield some;
    some = [];
    chars = 0;
  }
  if (some.length > 0) yield some;
}

/** What the database says quotes the row, and is not for the terminal. */
function unfit(table: string, error: unknown): BackupFault {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  const why = [code, constraint].filter((part) => typeof part === 'string').join(', ');
  return new BackupFault(`The rows of ${table} do not fit into the database${why === '' ? '' : ` (${why})`}.`);
}

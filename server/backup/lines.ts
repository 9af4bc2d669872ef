import type { Table } from './format.ts';

/** The columns of a row, as text; null where it is null. */
export type Row = (string | null)[];

const NEWLINE = 10;

/** The rows of a table, or the jobs, one a line of JSON. Of what is read, one line at a time is in memory. */
export async function* linesOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  let begun: Uint8Array[] = [];
  for await (const chunk of content) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      yield rowIn([...begun, chunk.subarray(from, end)]);
      begun = [];
      from = end + 1;
    }
    if (from < chunk.byteLength) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) yield rowIn(begun);
}

function rowIn(parts: Uint8Array[]): Row {
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as Row;
}

/** Reads from a row of `files` which file of the storage it names. */
export function fileOf({ columns }: Pick<Table, 'columns'>): (row: Row) => { sha256: string; name: string } {
  const [sha256 = -1, name = -1] = ['sha256', 'name'].map((wanted) => columns.findIndex((column) => column.name === wanted));
  return (row) => ({ sha256: row[sha256] ?? '', name: row[name] ?? '' });
}

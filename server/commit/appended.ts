import type { EntityName } from '@mikro-orm/core';
import { allOf, query, type Em } from '../db.ts';

/** A row that is only ever added: no command changes it, and none in the same transaction reads it. */
export interface Appended {
  entity: EntityName<object>;
  data: Record<string, unknown>;
}

/** Writes rows, one statement a table, however many there are: the entity manager would look through each of them several times. */
export async function writeAppended(em: Em, rows: Appended[]): Promise<void> {
  const statements = [...Map.groupBy(rows, (row) => row.entity)].map(([entity, ofEntity]) => {
    const { tableName, props } = em.getMetadata().get(entity);
    const columns = props.map((prop) => ({ name: prop.name, column: `"${prop.fieldNames[0]}"`, type: prop.columnTypes[0] }));
    const names = columns.map(({ column }) => column).join(', ');
    const types = columns.map(({ column, type }) => `${column} ${type}`).join(', ');
    const written = ofEntity.map(({ data }) => Object.fromEntries(columns.map(({ name, column }) => [column.slice(1, -1), data[name]])));
    return query(em, `insert into "${tableName}" (${names}) select ${names} from jsonb_to_recordset($1::jsonb) as r(${types})`, [
      JSON.stringify(written),
    ]);
  });
  await allOf(statements);
}

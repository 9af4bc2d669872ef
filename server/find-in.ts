import type { EntityKey, EntityName } from '@mikro-orm/core';
import { query, type Em } from './db.ts';

/**
 * The entities of which `property` is one of `values`, in order of `orderBy`. The same as `em.find`, which composes a statement anew each time: under a
 * command, where dozens of tables are asked with one condition each, that took longer than the reading.
 * @param open only those of which this property is null
 */
export async function findIn<T extends object>(
  em: Em,
  entity: EntityName<T>,
  property: EntityKey<T>,
  values: readonly string[],
  { orderBy = [], open }: { orderBy?: EntityKey<T>[]; open?: EntityKey<T> } = {},
): Promise<T[]> {
  if (values.length === 0) return [];
  const meta = em.getMetadata().get(entity);
  const column = (name: EntityKey<T>) => `"${meta.properties[name].fieldNames[0]}"`;
  const order = orderBy.length > 0 ? ` order by ${orderBy.map(column).join(', ')}` : '';
  const still = open === undefined ? '' : ` and ${column(open)} is null`;
  const rows = await query<Record<string, unknown>>(
    em,
    `select * from "${meta.tableName}" where ${column(property)} = any($1::${meta.properties[property].columnTypes[0]}[])${still}${order}`,
    [values],
  );
  return rows.map((row) =>
    em
      .getEntityFactory()
      .create<T>(entity, em.getDriver().mapResult<T>(row as never, meta) as never, { merge: true, convertCustomTypes: true }),
  );
}

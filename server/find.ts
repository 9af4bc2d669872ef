import type { EntityKey, EntityMetadata, EntityName } from '@mikro-orm/core';
import { query, type Em } from './db.ts';

/** Reads entities as plain objects. */
export interface Find {
  /** Those of which `property` is one of `values`. `orderBy`: ascending; `open`: only those of which this property is null. */
  in<T extends object>(
    entity: EntityName<T>,
    property: EntityKey<T>,
    values: readonly string[],
    options?: { orderBy?: EntityKey<T>[]; open?: EntityKey<T> },
  ): Promise<T[]>;
  /** Those of its table that `rest` picks: what comes after `from` in a statement, with `$1` …. */
  by<T extends object>(entity: EntityName<T>, rest: string, values: unknown[]): Promise<T[]>;
}

/**
 * Reads as plain objects, with the properties and types of the entity. `em.find` composes a statement anew each time and makes an entity that watches
 * over each of its properties: under a command, where a dozen tables are asked with one condition each, that took longer than all the rest.
 */
export function createFind(em: Em): Find {
  async function by<T extends object>(entity: EntityName<T>, rest: string, values: unknown[]): Promise<T[]> {
    const meta = em.getMetadata().get(entity);
    const sql = `select ${columnsOf(meta)} from "${meta.tableName}" ${rest}`;
    return (await query<Record<string, unknown>>(em, sql, values)).map((row) => toEntity(em, meta, row));
  }

  return {
    by,
    async in(entity, property, values, { orderBy = [], open } = {}) {
      if (values.length === 0) return [];
      const meta = em.getMetadata().get(entity);
      const order = orderBy.length > 0 ? ` order by ${orderBy.map((name) => columnOf(meta, name)).join(', ')}` : '';
      const still = open === undefined ? '' : ` and ${columnOf(meta, open)} is null`;
      const among = `${columnOf(meta, property)} = any($1::${meta.properties[property].columnTypes[0]}[])`;
      return by(entity, `where ${among}${still}${order}`, [values]);
    },
  };
}

const columns = new WeakMap<object, string>();

/**
 * Of all but what is read only where it is wanted (`lazy`): the bytes of mails and files. Each by its name: a statement that is kept prepared with `*` fails
 * once another version of the program has added a column.
 */
function columnsOf<T extends object>(meta: EntityMetadata<T>): string {
  const known = columns.get(meta);
  if (known !== undefined) return known;
  const all = meta.props.flatMap((prop) => (prop.lazy ? [] : `"${meta.tableName}".${columnOf(meta, prop.name)}`)).join(', ');
  columns.set(meta, all);
  return all;
}

/** The quoted name of a property's column. */
export function columnOf<T extends object>(meta: EntityMetadata<T>, property: string): string {
  return `"${meta.properties[property as EntityKey<T>].fieldNames[0]}"`;
}

/** A row of the database as the entity it stands for. */
function toEntity<T extends object>(em: Em, meta: EntityMetadata<T>, row: Record<string, unknown>): T {
  const entity = em.getComparator().mapResult(meta, row as never) as Record<string, unknown>;
  const platform = em.getPlatform();
  for (const { name, customType } of meta.props) {
    const value = entity[name];
    if (customType !== undefined && value !== null && value !== undefined) entity[name] = customType.convertToJSValue(value, platform);
  }
  return entity as T;
}

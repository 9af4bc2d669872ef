import type { EntityMetadata, EntityName } from '@mikro-orm/core';
import { allOf, query, type Em } from '../db.ts';
import { columnOf, createFind, type Find } from '../find.ts';

/**
 * What the commands of one transaction have loaded, and how it was: so that what they changed is written in one statement a table and set of
 * columns. The same as the entity manager's unit of work, which looks through everything several times, for rows that are there already.
 */
export interface Tracked {
  /** Reads rows; each is one and the same object however often it is read. */
  find: Find;
  /** Whether this one is not as it was when it was read. True of one that was not read here. */
  isChanged(entity: object): boolean;
  /** Takes it away when everything is written; false when it was not read here. */
  remove(entity: object): boolean;
  /** Writes what was changed, then takes away what was removed, in that order. */
  write(): Promise<void>;
}

interface Known {
  entity: Record<string, unknown>;
  meta: EntityMetadata;
  /** One for each property, `fingerprint`ed. */
  before: unknown[];
}

export function createTracked(em: Em): Tracked {
  const find = createFind(em);
  const known = new Map<string, Known>();
  const ofEntity = new Map<object, Known>();
  const removed: Known[] = [];

  function track<T extends object>(name: EntityName<T>, found: T): T {
    const meta = em.getMetadata().get(name) as unknown as EntityMetadata;
    const entity = found as Record<string, unknown>;
    const key = [meta.tableName, ...meta.primaryKeys.map((pk) => entity[pk])].join(' ');
    const one = known.get(key) ?? { entity, meta, before: meta.props.map((prop) => fingerprint(entity[prop.name])) };
    known.set(key, one);
    ofEntity.set(one.entity, one);
    return one.entity as T;
  }

  return {
    find: {
      in: async (entity, ...asked) => (await find.in(entity, ...asked)).map((one) => track(entity, one)),
      by: async (entity, ...asked) => (await find.by(entity, ...asked)).map((one) => track(entity, one)),
    },
    isChanged(entity) {
      const one = ofEntity.get(entity);
      return one === undefined || changesOf(one).length > 0;
    },
    remove(entity) {
      const one = ofEntity.get(entity);
      if (one !== undefined) removed.push(one);
      return one !== undefined;
    },
    async write() {
      const changed = [...known.values()].map((one) => ({ ...one, columns: changesOf(one) })).filter(({ columns }) => columns.length > 0);
      const groups = Map.groupBy(changed, ({ meta, columns }) => `${meta.tableName} ${columns.join(' ')}`);
      await allOf([
        ...[...groups.values()].map(([first, ...others]) => first && update(em, first.meta, first.columns, [first, ...others])),
        ...removed.map(({ meta, entity }) => take(em, meta, entity)),
      ]);
    },
  };
}

/** The properties that are not as they were. */
function changesOf({ entity, meta, before }: Known): string[] {
  return meta.props.flatMap(({ name }, i) => (fingerprint(entity[name]) === before[i] ? [] : name));
}

/** Equal for equal values: what is kept as JSON may be changed in its depths. */
function fingerprint(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

async function update(em: Em, meta: EntityMetadata, properties: string[], changed: Pick<Known, 'entity'>[]): Promise<void> {
  const columns = [...meta.primaryKeys, ...properties];
  const typed = columns.map((name) => `${columnOf(meta, name)} ${meta.properties[name]?.columnTypes[0]}`).join(', ');
  const set = properties.map((name) => `${columnOf(meta, name)} = r.${columnOf(meta, name)}`).join(', ');
  const same = meta.primaryKeys.map((name) => `t.${columnOf(meta, name)} = r.${columnOf(meta, name)}`).join(' and ');
  const rows = changed.map(({ entity }) => Object.fromEntries(columns.map((name) => [columnOf(meta, name).slice(1, -1), entity[name]])));
  await query(em, `update "${meta.tableName}" t set ${set} from jsonb_to_recordset($1::jsonb) as r(${typed}) where ${same}`, [
    JSON.stringify(rows),
  ]);
}

async function take(em: Em, meta: EntityMetadata, entity: Record<string, unknown>): Promise<void> {
  const same = meta.primaryKeys.map((name, i) => `${columnOf(meta, name)} = $${i + 1}`).join(' and ');
  await query(
    em,
    `delete from "${meta.tableName}" where ${same}`,
    meta.primaryKeys.map((name) => entity[name]),
  );
}

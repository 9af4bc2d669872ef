import { MIGRATION_NAMES } from '../../migrations/index.ts';
import type { Em } from '../db.ts';
import { MIGRATIONS_TABLE, OURS } from './dump.ts';
import { BackupFault } from './fault.ts';

/** Our tables that are there. Throws BackupFault when the database is somebody's: another program's, or a company's. */
export async function emptyTables(em: Em): Promise<string[]> {
  const rows = await em.execute<{ name: string }[]>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
     and relname in (${[...OURS, MIGRATIONS_TABLE].map(() => '?').join(', ')}) order by 1`,
    [...OURS, MIGRATIONS_TABLE],
  );
  const tables = rows.map((row) => row.name).filter((name) => name !== MIGRATIONS_TABLE);
  if (tables.length > 0 && tables.length === rows.length)
    throw new BackupFault(`The database has tables of another program (${tables.join(', ')}). Restore into a database of its own.`);
  if (rows.length > tables.length) await mustBeOurs(em);
  for (const name of tables.sort((a, b) => Number(b === 'companies') - Number(a === 'companies'))) {
    const [found] = await em.execute<{ filled: boolean }[]>(`select exists (select from "${name}") as filled`);
    if (found?.filled) throw notEmpty(name);
  }
  return tables;
}

/** Takes away our tables, whichever version made them, so that those of the backup's version can be made. Nobody else may fill them meanwhile. */
export async function clear(tx: Em): Promise<void> {
  const tables = await emptyTables(tx);
  if (tables.length > 0) {
    await tx.execute(`lock table ${tables.map((name) => `"${name}"`).join(', ')} in access exclusive mode`);
    await emptyTables(tx);
    await tx.execute(`drop table ${tables.map((name) => `"${name}"`).join(', ')}`);
  }
  await tx.execute(`delete from ${MIGRATIONS_TABLE}`);
}

async function mustBeOurs(em: Em): Promise<void> {
  const applied = await em.execute<{ name: string }[]>(`select name from ${MIGRATIONS_TABLE}`);
  const unknown = applied.find((row) => !MIGRATION_NAMES.includes(row.name));
  if (unknown)
    throw new BackupFault(
      `The database is of another program, or of a newer version (${unknown.name}). Restore into a database of its own.`,
    );
}

function notEmpty(table: string): BackupFault {
  return new BackupFault(
    table === 'companies'
      ? 'The database has a company already. A backup is restored into an empty one: choose another DATA_DIR, or another database.'
      : `The database is not empty (${table}). A backup is restored into an empty one.`,
  );
}

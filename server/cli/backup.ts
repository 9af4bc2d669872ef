import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { backup, type BackedUp } from '../backup/backup.ts';
import { BackupFault } from '../backup/fault.ts';
import { openDatabase } from '../db.ts';
import { isEmbeddedIn } from '../embedded.ts';
import { readEnv, secretIn } from '../env.ts';
import { UsageError } from './usage.ts';
import { fromHere, many, programVersion, size, storageOf, untilStopped } from './where.ts';

/** Writes everything into one file, or to the standard output, while the server runs. 1: files that rows name are not in it. */
export async function backupCommand(args: string[]): Promise<number> {
  const [given, ...more] = args;
  if (given === undefined || more.length > 0) throw new UsageError('backup takes one file, or - for the standard output');
  if (given === '-') {
    if (process.stdout.isTTY) throw new UsageError('a backup is not for a terminal: send it to a file, or to a program');
    return report(await run(process.stdout, tmpdir()), (line) => void process.stderr.write(`${line}\n`));
  }
  const file = fromHere(given);
  const done = await intoFile(file);
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const code = report(done, say);
  say(`Written   ${file}, ${size((await stat(file)).size)}`);
  return code;
}

/** Under its name it is whole: it is written under another one, and is on the disk before it is renamed. */
async function intoFile(file: string): Promise<BackedUp> {
  if (existsSync(file)) throw new BackupFault(`${file} is there already, and is not written over.`);
  const part = `${file}.part`;
  const to = createWriteStream(part, { flags: 'wx', mode: 0o600 });
  await once(to, 'open').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new BackupFault(`${part} is there: another backup is being written, or was killed. Delete it if none is.`);
  });
  try {
    const done = await run(to, dirname(file));
    await settle(part);
    if (existsSync(file)) throw new BackupFault(`${file} has come up meanwhile, and is not written over.`);
    await rename(part, file);
    await settle(dirname(file));
    return done;
  } catch (error) {
    to.destroy();
    await rm(part, { force: true });
    throw error;
  }
}

async function run(to: Writable, folder: string): Promise<BackedUp> {
  const signal = untilStopped();
  const env = readEnv(process.env);
  // To open it would make one.
  if (env.databaseUrl === null && !isEmbeddedIn(env.dataDir)) throw new BackupFault(`There is no database in ${env.dataDir}.`);
  const database = await openDatabase({ ...env, join: true, asItIs: true });
  try {
    const secret = secretIn(env);
    if (secret === null) throw new BackupFault(`The secret of ${env.dataDir} is not there. Without it, no link of the backup would open.`);
    const parts = { database, storage: storageOf(env), program: programVersion(), folder, signal };
    return await backup({ ...parts, secret, secretInside: env.secret === null }, to);
  } finally {
    await database.close();
  }
}

function report({ manifest, files, lost, ms }: BackedUp, say: (line: string) => void): number {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  say(
    `Database  ${many(rows, 'row')} in ${many(manifest.tables.length, 'table')}, ${many(manifest.jobs.rows, 'waiting job')}; read in ${(ms / 1000).toFixed(2)} s`,
  );
  say(`Files     ${files.count} (${size(files.bytes)})`);
  for (const { sha256, name, why } of lost)
    say(
      `Lost      ${name} (${sha256}) is ${why === 'missing' ? 'not where files are kept' : 'damaged where files are kept'}; it is not in the backup`,
    );
  say(
    manifest.secret.inside
      ? 'Secret    inside: whoever has this file can open every link. Keep it where only you can read it.'
      : 'Secret    not inside: keep SECRET as safe as the file, and apart from it. Without it no link works.',
  );
  return lost.length === 0 ? 0 : 1;
}

async function settle(path: string): Promise<void> {
  const opened = await open(path);
  await opened.sync().finally(() => opened.close());
}

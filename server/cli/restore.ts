import { randomBytes } from 'node:crypto';
import { noteHome } from '../backup/home.ts';
import { check, mustBeEmpty, restore, secretFor, type Checked } from '../backup/restore.ts';
import type { LoadedJobs } from '../backup/load.ts';
import { openDatabase } from '../db.ts';
import { readEnv, secretFile } from '../env.ts';
import { fingerprintOf } from '../secrets.ts';
import { UsageError } from './usage.ts';
import { fromHere, many, SILENT, storageOf, untilStopped } from './where.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Brings a backup back into an empty place; whatever goes wrong, that is as empty as before. 1: files were missing when it was made. */
export async function restoreCommand(args: string[]): Promise<number> {
  const anew = args.includes('--new-secret');
  const [given, ...more] = args.filter((arg) => arg !== '--new-secret');
  if (given === undefined || more.length > 0 || given.startsWith('--')) throw new UsageError('restore takes one file');
  const env = readEnv(process.env);
  const signal = untilStopped();
  const checked = await check(fromHere(given), signal);
  tell(checked);
  const secret = anew ? (env.secret ?? randomBytes(32).toString('hex')) : secretFor(checked, env.secret);
  const home = noteHome(env.dataDir);
  const database = await openDatabase({ ...env, asItIs: true });
  try {
    const parts = {
      database,
      storage: storageOf(env),
      newSecret: fingerprintOf(secret) !== checked.manifest.secret.fingerprint,
      logger: SILENT,
      signal,
    };
    await mustBeEmpty({ ...parts, leftOver: database.embedded && env.s3 === null && home.unfinished });
    const settled = () => void (env.secret === null && home.giveSecret(secret));
    await database.fill(async () => warnOf(await restore(checked, parts, settled)));
    await database.close();
  } catch (error) {
    await database.close();
    home.undo();
    throw error;
  }
  say(secretSaid(env, anew));
  say('Restored  Start the server: what waited to be sent goes out then, unless another server has sent it since.');
  return checked.end.lost.length === 0 ? 0 : 1;
}

function secretSaid({ secret, dataDir }: { secret: string | null; dataDir: string }, anew: boolean): string {
  const place = secret === null ? `in ${secretFile(dataDir)}` : 'as SECRET says';
  const lost = 'Links, API keys and webhook secrets from before do not work any more; make new ones, and enter the keys of Stripe again.';
  return anew ? `Secret    another one, ${place}. ${lost}` : `Secret    that of the backup, ${place}`;
}

function tell({ manifest, end }: Checked): void {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  say(`Backup    of ${manifest.at}, program ${manifest.program}, ${manifest.database}`);
  say(
    `Checked   whole and as it was written: ${many(rows, 'row')}, ${many(manifest.jobs.rows, 'waiting job')}, ${many(end.files, 'file')}`,
  );
  for (const { sha256, name, why } of end.lost) say(`Lost      ${name} (${sha256}) was ${why} when the backup was made`);
}

function warnOf({ unknown }: LoadedJobs): void {
  if (unknown.length > 0) say(`Dropped   ${many(unknown.length, 'job')} this program does not know (${[...new Set(unknown)].join(', ')})`);
}

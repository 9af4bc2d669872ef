import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pino from 'pino';
import { BackupFault } from '../backup/fault.ts';
import type { Env } from '../env.ts';
import { openStorage } from '../outside/s3/index.ts';
import type { FileStorage } from '../outside/storage.ts';

/** The command line says by itself what there is to say. */
export const SILENT = pino({ level: 'silent' });

/** npm changes into the project's folder; names are meant from where the person stands. */
export function fromHere(file: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), file);
}

/** Where the server of this environment keeps its files. */
export function storageOf({ dataDir, s3 }: Pick<Env, 'dataDir' | 's3'>): FileStorage {
  return openStorage({ filesDir: join(dataDir, 'files'), s3 }, SILENT);
}

/** The version of the program. */
export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}

/** Is aborted by the first Ctrl-C or SIGTERM, so that what is half done can be taken away; the second one ends at once. */
export function untilStopped(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => controller.abort(new BackupFault('Stopped. What was half done has been taken away.')));
  return controller.signal;
}

/** Bytes as people read them. */
export function size(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const step = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${step === 0 ? bytes : (bytes / 1000 ** step).toFixed(1)} ${units[step]}`;
}

/** `1 file`, `2 files`. */
export function many(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

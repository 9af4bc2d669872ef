import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { secretFile } from '../env.ts';

/** What a restore, or the database it opens, makes in DATA_DIR. */
const MADE = ['postgres', 'files', 'secret', 'lock', 'running.json', 'unfinished'];

/** DATA_DIR as it was before a restore. */
export interface Home {
  /** A first start, or a restore, was killed there: what it has left belongs to nobody. */
  unfinished: boolean;
  /** Puts the secret where an embedded server finds it; another one that is there is kept beside it. */
  giveSecret(secret: string): void;
  /** Leaves the folder as it was found. */
  undo(): void;
}

export function noteHome(dataDir: string): Home {
  const there = existsSync(dataDir);
  const missing = MADE.filter((name) => !existsSync(join(dataDir, name)));
  const unfinished = existsSync(join(dataDir, 'unfinished'));
  const file = secretFile(dataDir);
  let aside: string | null = null;
  return {
    unfinished,
    giveSecret(secret) {
      if (existsSync(file)) {
        if (readFileSync(file, 'utf8').trim() === secret) return;
        aside = `${file}.before-restore-${Date.now()}`;
        renameSync(file, aside);
      }
      const written = openSync(file, 'wx', 0o600);
      writeSync(written, secret);
      fsyncSync(written);
      closeSync(written);
    },
    undo() {
      if (aside !== null) renameSync(aside, file);
      for (const name of missing) rmSync(join(dataDir, name), { recursive: true, force: true });
      // The database that was there has been left as it was.
      if (!unfinished) rmSync(join(dataDir, 'unfinished'), { force: true });
      if (!there && existsSync(dataDir)) rmdirSync(dataDir);
    },
  };
}

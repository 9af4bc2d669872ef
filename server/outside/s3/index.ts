import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { Refusal } from '../../../shared/refusal.ts';
import { openSpool } from '../spool.ts';
import { openFolder, placeOf, type FileStorage } from '../storage.ts';
import { listAll, newest, shaOf, type Listed } from './listing.ts';
import { createAsk, PATIENCE, S3Error, type Patience, type S3Place } from './request.ts';

export { faultOfS3 } from './check.ts';
export type { S3Place } from './request.ts';

export interface S3Options {
  /** Where uploads become whole before they are sent on. */
  spoolDir: string;
  logger: Logger;
  patience?: Patience;
  pageSize?: number;
}

/** The store has no room: each kind of store has its own word for it. */
const FULL = /Quota|StorageFull|InsufficientStorage|InsufficientCapacity/;
const NO_ROOM = 507;
const NOT_THERE = 404;
const BEYOND_END = 416;
const PAGE = 1000;
/** How many names are handed on together. */
const SOME = 200;

/** The folder of files; where S3_URL names a bucket, that, and the folder only holds what is just coming in. */
export function openStorage({ filesDir, s3 }: { filesDir: string; s3: S3Place | null }, logger: Logger): FileStorage {
  return s3 === null ? openFolder(filesDir) : openS3(s3, { spoolDir: join(filesDir, 'tmp'), logger });
}

/**
 * Files in a bucket. An object is written once, under a name that is never used again, `ab/<sha256>-<random>`: what was old when it was
 * listed is old when it is deleted, so an upload of the same bytes cannot fall into the gap between the two, for which S3 has no lock.
 * The last one is read, and putting takes away those before it. `ab/<sha256>`, as a folder has it, is read alike.
 */
export function openS3(place: S3Place, options: S3Options): FileStorage {
  const { logger, pageSize = PAGE } = options;
  const ask = createAsk(place, options.patience ?? PATIENCE);
  const spool = openSpool(options.spoolDir);

  async function objectsOf(sha256: string): Promise<Listed[]> {
    const found: Listed[] = [];
    for await (const one of listAll(ask, place, placeOf(sha256), pageSize)) if (shaOf(one.key) === sha256) found.push(one);
    return found;
  }

  async function take({ key }: Listed): Promise<void> {
    await ask({ method: 'DELETE', key }, (answer) => void answer.resume()).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  /** One of those that are equal is enough: the last stays, whoever else is putting or removing at the same time. */
  async function takeOlder(sha256: string): Promise<void> {
    const objects = await objectsOf(sha256);
    const last = newest(objects);
    for (const one of objects) if (one !== last) await take(one);
  }

  async function read(sha256: string, range: { start: number; end: number } | undefined): Promise<Readable | null> {
    const last = newest(await objectsOf(sha256));
    if (last === null) return null;
    return ask<Readable>({ method: 'GET', key: last.key, ...(range ? { range } : {}) }, (answer) => answer).catch((error: unknown) => {
      if (error instanceof S3Error && error.status === BEYOND_END) return Readable.from([]);
      throw error;
    });
  }

  /** The last object of each file. */
  async function* files(): AsyncIterable<Listed> {
    let same: Listed[] = [];
    for await (const one of listAll(ask, place, '', pageSize)) {
      if (shaOf(one.key) === null) continue;
      const before = newest(same);
      if (before !== null && shaOf(before.key) !== shaOf(one.key)) {
        yield before;
        same = [];
      }
      same.push(one);
    }
    const before = newest(same);
    if (before !== null) yield before;
  }

  /** What the doors may hear of a fault, and what the log must say of it. */
  function refuse(error: unknown): never {
    if (!(error instanceof S3Error)) throw error;
    if (error.status === NO_ROOM || FULL.test(error.code)) throw new Refusal('storage_full');
    logger.error({ status: error.status, code: error.code }, 'the file store of S3_URL does not do what it is asked');
    throw new Refusal('unavailable');
  }

  return {
    put: (source, limit, accept) =>
      spool.take(source, limit, accept, async (path, { sha256, bytes }) => {
        const key = `${placeOf(sha256)}-${randomBytes(8).toString('hex')}`;
        await ask({ method: 'PUT', key, body: { path, bytes, sha256 } }, (answer) => void answer.resume()).catch(refuse);
        // The bytes are safe now; that they are there twice costs room and nothing else.
        await takeOlder(sha256).catch((error: unknown) => logger.warn({ err: error }, 'older copies of a file stay in the file store'));
      }),
    open: (sha256, range) =>
      read(sha256, range)
        // Put again between the list and the reading, which took the older one away.
        .catch((error: unknown) => (isMissing(error) ? read(sha256, range) : Promise.reject(error)))
        .catch(refuse),
    async *list(untouchedSince) {
      const found: string[] = [];
      try {
        for await (const { key, at } of files()) {
          if (at < untouchedSince.getTime()) found.push(shaOf(key) ?? '');
          if (found.length >= SOME) yield found.splice(0);
        }
      } catch (error) {
        refuse(error);
      }
      yield found;
    },
    async remove(sha256, untouchedSince) {
      const objects = await objectsOf(sha256).catch(refuse);
      if (objects.length === 0 || objects.some(({ at }) => at >= untouchedSince.getTime())) return false;
      for (const one of objects) await take(one).catch(refuse);
      return true;
    },
    // An object is there whole or not at all: a process that was killed leaves only what it had not sent yet.
    sweep: (before) => spool.sweep(before),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof S3Error && error.status === NOT_THERE && error.code !== 'NoSuchBucket';
}

import * as v from 'valibot';
import { BackupFault } from './fault.ts';

/**
 * A backup is one gzip-ed tar: the manifest, the secret where it is inside, each table as JSON lines, the jobs that wait, the files that rows name,
 * and a last word, without which it is not whole. A line of a table is an array of its columns, each as PostgreSQL writes it out as
 * text: what PostgreSQL reads back is exactly what it was.
 */
export const FORMAT = 1;

export const NAMES = {
  manifest: 'manifest.json',
  secret: 'secret',
  table: (name: string) => `tables/${name}.jsonl`,
  jobs: 'jobs.jsonl',
  file: (sha256: string) => `files/${sha256}`,
  end: 'end.json',
} as const;

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** These go into SQL as they are. */
const identifier = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,62}$/));
const lines = { rows: count, bytes: count, sha256 };

const TableSchema = v.object({
  name: identifier,
  columns: v.array(v.object({ name: identifier, type: v.string() })),
  ...lines,
});

const ManifestSchema = v.object({
  format: v.pipe(v.number(), v.integer()),
  /** The version of the program that wrote it, and when, in UTC. */
  program: v.string(),
  at: v.pipe(v.string(), v.isoTimestamp()),
  database: v.picklist(['embedded', 'postgresql']),
  /** Those that had been applied, in order. */
  migrations: v.array(v.string()),
  secret: v.object({ inside: v.boolean(), fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)) }),
  /** In an order in which no row comes before one it refers to. */
  tables: v.array(TableSchema),
  jobs: v.object(lines),
  /** How many different files rows name. */
  files: count,
});

const EndSchema = v.object({
  /** Of the manifest. */
  manifest: sha256,
  /** How many files are inside, and which are not: they were not in the storage, or not as they had been put there. */
  files: count,
  lost: v.array(v.object({ sha256, name: v.string(), why: v.picklist(['missing', 'damaged']) })),
});

export type Lines = { rows: number; bytes: number; sha256: string };
export type Table = v.InferOutput<typeof TableSchema>;
export type Manifest = v.InferOutput<typeof ManifestSchema>;
export type End = v.InferOutput<typeof EndSchema>;

/** Bytes of a manifest, or of the last word, at most. */
export const SMALL = 16 * 1024 * 1024;

/** Throws BackupFault for what is no manifest of ours. */
export function readManifest(bytes: Uint8Array): Manifest {
  const found = parse(bytes) as { format?: unknown } | null;
  if (typeof found?.format === 'number' && found.format > FORMAT)
    throw new BackupFault(`The backup was written by a newer program (format ${found.format}; this one reads up to ${FORMAT}).`);
  return checked(ManifestSchema, found);
}

/** Throws BackupFault for what is no last word of ours. */
export function readEnd(bytes: Uint8Array): End {
  return checked(EndSchema, parse(bytes));
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch {
    throw foreign();
  }
}

function checked<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (!result.success) throw foreign();
  return result.output;
}

/** What is said of a file that is something else. */
export function foreign(): BackupFault {
  return new BackupFault('This is not a backup of webdocument.');
}

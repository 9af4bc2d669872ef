import { existsSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { emptyState, type State } from './state.ts';

/** How long changes are gathered before they are written, in milliseconds. */
const GATHER_MS = 100;

interface File {
  base: string;
  state: State;
}

/** Keeps the state in a file, so that payments survive a restart; without a path, nowhere. */
export class Store {
  private readonly path: string | null;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  private file: File | null = null;
  private written = '';

  constructor(path: string | null) {
    this.path = path;
  }

  /** What was kept; our own addresses in it are those of now, for the port may be another one. */
  load(base: string): State {
    if (this.path === null || !existsSync(this.path)) return emptyState();
    const text = readFileSync(this.path, 'utf8');
    const { base: before } = JSON.parse(text) as File;
    return { ...emptyState(), ...(JSON.parse(text.replaceAll(`${before}/`, `${base}/`)) as File).state };
  }

  /** Something has changed. */
  changed(file: File): void {
    this.file = file;
    if (this.path === null) return;
    this.timer ??= setTimeout(() => {
      this.flush().catch((error: unknown) => process.stderr.write(`the state was not kept: ${String(error)}\n`));
    }, GATHER_MS);
  }

  /** Writes what has changed; when it resolves it is there. */
  flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const { path, file } = this;
    this.file = null;
    if (path === null || !file) return this.writing;
    const text = JSON.stringify(file);
    // What only looked has changed nothing.
    if (text === this.written) return this.writing;
    this.written = text;
    const write = () => writeWhole(path, text);
    this.writing = this.writing.then(write, write);
    return this.writing;
  }
}

/** Beside it first, then in its place: a reader never sees half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  const handle = await open(beside, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, path);
}

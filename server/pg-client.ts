import pg from 'pg';

/** Statements that are worth keeping prepared: PostgreSQL otherwise plans them anew each time, which for those of a command takes longer than to run them. */
export interface Kept {
  /** This text, with `$1` …. It must be one of few, with no values in it: each connection keeps a plan for each. */
  keep(sql: string): void;
  /** The name under which it is kept now, or undefined. */
  nameOf(sql: string): string | undefined;
  /** What is kept under this name cannot be used any more: all are prepared anew, on each connection when it next asks. */
  drop(name: string): void;
}

/** How many texts at most. */
const MOST = 400;
/**
 * What PostgreSQL says of a statement that was prepared before a migration gave its columns other types; asked again, it is prepared anew.
 * (feature_not_supported, RevalidateCachedQuery)
 */
export const ANOTHER_RESULT = '0A000';

export function createKept(): Kept {
  const numbers = new Map<string, number>();
  let age = 0;
  return {
    keep(sql) {
      if (!numbers.has(sql) && numbers.size < MOST) numbers.set(sql, numbers.size);
    },
    nameOf(sql) {
      const number = numbers.get(sql);
      return number === undefined ? undefined : `${age}.${number}`;
    },
    drop(name) {
      // Many may find out about one migration.
      if (name.startsWith(`${age}.`)) age += 1;
    },
  };
}

/** What begins or ends a transaction. Where it fails, nobody holds the connection any more. */
const EDGE = /^(begin|start transaction.*|rollback)$/;

/** The connections of a pool. They send what is asked for in one turn in one write, since a write costs more than most of the statements. */
export function createClient(kept: Kept | null): typeof pg.Client {
  return class extends pg.Client {
    #corked = false;

    override query(...args: unknown[]): never {
      this.#cork();
      const [text, values] = args;
      const send = super.query.bind(this) as (...all: unknown[]) => unknown;
      // Kysely asks for everything like this.
      if (typeof text !== 'string' || !Array.isArray(values) || args.length !== 2) return send(...args) as never;
      const name = kept?.nameOf(text);
      const answer = send(name === undefined ? text : { name, text }, values) as Promise<unknown>;
      answer.catch((error: unknown) => {
        if (name !== undefined && isOutdated(error)) kept?.drop(name);
        if (EDGE.test(text)) this.#giveUp();
      });
      return answer as never;
    }

    #cork(): void {
      if (this.#corked) return;
      this.#corked = true;
      const { stream } = this.connection;
      stream.cork();
      process.nextTick(() => {
        this.#corked = false;
        stream.uncork();
      });
    }

    /** Kysely gives a connection back when its transaction has ended well, and forgets it otherwise: it would take a place of the pool for ever. */
    #giveUp(): void {
      const { release } = this as { release?: pg.PoolClient['release'] };
      release?.(true);
    }
  };
}

function isOutdated(error: unknown): boolean {
  const { code, routine } = (error ?? {}) as { code?: unknown; routine?: unknown };
  return code === ANOTHER_RESULT && routine === 'RevalidateCachedQuery';
}

import { createHash } from 'node:crypto';
import pg from 'pg';

export interface KeepingClient {
  /** This text, with `$1` …, is worth keeping prepared. */
  keep(sql: string): void;
  /** What the connections of a pool are. */
  Client: typeof pg.Client;
}

/** How many texts at most: each connection has memory for each of them. */
const MOST = 400;
/** What PostgreSQL says of a statement that was prepared before a migration gave its columns other types. Asked again, it is prepared anew. (feature_not_supported) */
export const ANOTHER_RESULT = '0A000';

/**
 * Connections that keep statements prepared, since PostgreSQL otherwise plans them anew each time, which for those of a command takes longer than to run them;
 * and that send what is asked for in one turn in one write, since a write costs more than most of the statements.
 */
export function createKeepingClient(): KeepingClient {
  const names = new Map<string, string>();
  /** Goes on when what has been prepared cannot be used any more: whichever connection it is that asks again, it begins anew. */
  let age = 0;

  class Client extends pg.Client {
    #corked = false;

    override query(...args: unknown[]): never {
      this.#cork();
      const send = super.query.bind(this) as (...all: unknown[]) => unknown;
      const [text, values] = args;
      const name = typeof text === 'string' && Array.isArray(values) && args.length === 2 ? names.get(text) : undefined;
      if (name === undefined) return send(...args) as never;
      const answer = send({ name: `${age} ${name}`, text, values }) as Promise<unknown>;
      answer.catch((error: unknown) => {
        if ((error as { code?: unknown } | null)?.code === ANOTHER_RESULT) age += 1;
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
  }

  return {
    keep(sql) {
      if (!names.has(sql) && names.size < MOST) names.set(sql, createHash('sha256').update(sql).digest('base64url').slice(0, 22));
    },
    Client,
  };
}

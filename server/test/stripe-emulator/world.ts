import { emptyState, type Behind, type Kind, type Kinds, type Owner, type Row, type State } from './state.ts';

/** Who caused a change: a call of the API, or nobody who left an id (the hosted page, the dashboard, time). */
export interface Cause {
  id: string | null;
  key: string | null;
}

export interface Settings {
  /** Where the emulator is reached, without a slash at the end. */
  base: string;
  /** How long a debit takes, in milliseconds; null: it is settled only when told. A slow one takes three minutes longer. */
  settleMs: number | null;
}

const NOBODY: Cause = { id: null, key: null };

/** What the emulator knows, its clock, and who is told when something happened. Nothing here is asynchronous: a change is whole. */
export class World {
  readonly state: State;
  readonly settings: Settings;
  /** Set while a call of the API runs. */
  cause: Cause = NOBODY;
  /** Called with the id of each delivery that may start. */
  onDelivery: (id: string) => void = () => {};

  constructor(settings: Settings, state: State = emptyState()) {
    this.settings = settings;
    this.state = state;
  }

  /** The emulator's time in milliseconds since the epoch. */
  nowMs(): number {
    return Date.now() + this.state.clockOffset * 1000;
  }

  /** The emulator's time in seconds since the epoch, as Stripe writes it. */
  now(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  put<K extends Kind>(kind: K, owner: Owner, object: Kinds[K]): void {
    const row: Row<K> = { owner, object };
    this.rows(kind)[object.id] = row;
  }

  find<K extends Kind>(kind: K, owner: Owner, id: string): Kinds[K] | undefined {
    const row = this.row(kind, id);
    return row && sameOwner(row.owner, owner) ? row.object : undefined;
  }

  /** Whatever its owner: for the control door and the hosted page. Throws where there is none. */
  get<K extends Kind>(kind: K, id: string): Row<K> {
    const row = this.row(kind, id);
    if (!row) throw new Error(`no ${kind} ${id}`);
    return row;
  }

  row<K extends Kind>(kind: K, id: string): Row<K> | undefined {
    const rows = this.rows(kind);
    return Object.hasOwn(rows, id) ? rows[id] : undefined;
  }

  /** Newest first, as Stripe lists. */
  all<K extends Kind>(kind: K, owner: Owner): Kinds[K][] {
    return Object.values(this.rows(kind))
      .filter((row) => sameOwner(row.owner, owner))
      .map((row) => row.object)
      .reverse();
  }

  behind(session: string): Behind {
    const behind = this.state.behind[session];
    if (!behind) throw new Error(`nothing behind ${session}`);
    return behind;
  }

  /** Runs a call of the API: what happens in it was caused by it. */
  causedBy<T>(cause: Cause, run: () => T): T {
    this.cause = cause;
    try {
      return run();
    } finally {
      this.cause = NOBODY;
    }
  }

  private rows<K extends Kind>(kind: K): Record<string, Row<K>> {
    return this.state.objects[kind];
  }
}

export function sameOwner(a: Owner, b: Owner): boolean {
  return a.account === b.account && a.livemode === b.livemode;
}

import type { io } from 'socket.io-client';
import type { CommandInputs, CommandName } from '../../shared/commands.ts';
import type { ServerToClient, SocketAuth, Stream } from '../../shared/protocol.ts';
import type { Browser, Clock, StorageLike } from './browser.ts';
import type { Following, Handlers } from './following.ts';
import type { Outbox, Sent } from './outbox.ts';

/**
 * `connecting`: not yet up to date for the first time. `live`: connected and up to date. `reconnecting`: nothing is lost, it comes back
 * by itself. `offline`: the same, and the browser says there is no network. Final: `cut`, the right to be here has ended; `outdated`, the
 * page must be loaded anew.
 */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'offline' | 'cut' | 'outdated';

/** `refused`: found out when coming back, where a revoked and an unknown link look the same. */
export type CutReason = Parameters<ServerToClient['cut']>[0]['reason'] | 'refused';

export interface Live {
  readonly state: LiveState;
  /** Why, once the state is `cut`. */
  readonly cutReason: CutReason | null;
  onState(listener: (state: LiveState) => void): () => void;
  follow(stream: Stream, handlers: Handlers): Following;
  /** Into the outbox, and out as soon as the connection allows. */
  send<N extends CommandName>(name: N, input: CommandInputs[N]): Sent;
  readonly outbox: Outbox;
  close(): void;
}

/** Milliseconds. */
export interface Timing {
  /** To wait for the answer to a join or a command, or for the server's greeting. */
  ack: number;
  /** The same, when the connection is doubted. */
  check: number;
  /** For a connection to come about. */
  connect: number;
  /** The first pause before connecting again; it doubles up to twenty times as much. */
  retry: number;
  /** Hidden for so long, the connection is doubted. */
  hidden: number;
  /** The longest pause before another process is looked for after a `goodbye`, or a disconnection by the server. */
  goodbye: number;
}

export interface LiveOptions {
  /** Whose outbox: two people in one browser must not send each other's commands. */
  scope: string;
  auth: SocketAuth;
  /** Default: the browser's `localStorage`; null keeps the commands in this page only. */
  storage?: StorageLike | null;
  /** Default: where the page came from. */
  url?: string;
  connect?: typeof io;
  browser?: Browser | null;
  clock?: Clock;
  timing?: Partial<Timing>;
}

import type { FeedEvent, WireEvent } from './events.ts';
import type { RefusalBody } from './refusal.ts';
import type { CommandInputs, CommandName } from './commands.ts';
import type { Side } from './view.ts';

/** Raised whenever a message, an event or a view changes its shape; a page with another number is asked to load anew. */
export const PROTOCOL = 3;

/** `deal:<id>` or `company:<id>`. */
export type Stream = `deal:${string}` | `company:${string}`;

/**
 * Events of one stream above `from` up to and including `to`. Events the reader may not see are left out and still advance `to`.
 * Rule: `to ≤ cursor` drop; `from > cursor` ask again; otherwise apply the events above the cursor and set the cursor to `to`.
 */
export interface Batch {
  stream: Stream;
  from: number;
  to: number;
  events: (WireEvent | FeedEvent)[];
}

export interface JoinRequest {
  protocol: number;
  stream: Stream;
  /** The last sequence this reader has; 0 for none. */
  cursor: number;
  /** The document on the screen, for presence; null on the feed. */
  document: string | null;
}

/** `more`: the log holds more than one batch; join again with the new cursor. */
export type JoinAnswer = { ok: true; batch: Batch; more: boolean; present: Present[] } | { ok: false; refusal: RefusalBody };

/** `id` is a UUID made by the sender, once for each thing a person did; it is what makes resending harmless. */
export type CommandRequest = { [N in CommandName]: { id: string; name: N; input: CommandInputs[N] } }[CommandName];

/** `seq` is the deal (or company) sequence after the command; the change itself arrives as a batch, for the sender too. */
export type CommandAnswer = { ok: true; seq: number; result: Record<string, unknown> } | { ok: false; refusal: RefusalBody };

/** Someone who has the page open and in front of them. */
export interface Present {
  /** One entry a browser window; opaque. */
  key: string;
  side: Side;
  /** null: a holder of the link who has given no name yet. */
  name: string | null;
  person: string | null;
  document: string | null;
  /** Told to the owner's side alone: which user, and which line of a draft they are writing in. */
  user?: string;
  at?: string;
}

/** In the feed: the same, with the deal it belongs to. */
export interface FeedPresent extends Present {
  deal: string;
}

export interface ClientToServer {
  join: (request: JoinRequest, answer: (answer: JoinAnswer) => void) => void;
  /** The page shows this stream no longer. */
  leave: (stream: Stream) => void;
  command: (request: CommandRequest, answer: (answer: CommandAnswer) => void) => void;
  /** Whether the page is visible with a person in front of it, which document it shows, and where in its draft they write. */
  presence: (state: { stream: Stream; document: string | null; here: boolean; at?: string }) => void;
  typing: (state: { stream: Stream; document: string; typing: boolean }) => void;
}

export interface ServerToClient {
  batch: (batch: Batch) => void;
  presence: (state: { stream: Stream; present: (Present | FeedPresent)[] }) => void;
  typing: (state: { stream: Stream; document: string; key: string; side: Side; name: string | null; typing: boolean }) => void;
  /** The right to be here has ended; the socket is closed right after. */
  cut: (state: { reason: 'revoked' | 'signed_out' }) => void;
  /** This process is stopping: reconnect, nothing is lost. */
  goodbye: () => void;
}

/** What a socket shows at the handshake, in `auth`, never in the query. */
export interface SocketAuth {
  protocol: number;
  /** The secret link's token; absent on the owner's console, which is known by its session cookie. */
  link?: string;
  /** The owner trying the client's page: acts as the client, not counted as a view. */
  asClient?: boolean;
}

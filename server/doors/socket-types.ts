import type { Server, Socket } from 'socket.io';
import type { ClientToServer, ServerToClient } from '../../shared/protocol.ts';
import type { Side } from '../../shared/view.ts';
import type { ActingLink, ActingUser } from '../commands/scope.ts';
import type { Here } from '../presence.ts';

/** Who is behind a socket, found at the handshake. */
export interface Who {
  side: Side;
  company: string;
  /** The one deal a link opens; null for the owner, who may join any deal of the company. */
  deal: string | null;
  acting: ActingUser | ActingLink;
  /**
   * `preview`: the owner looking at the client's page reads, is not counted, changes nothing. `trying`: the owner in the
   * client's role acts, and is not counted as a view.
   */
  mode: 'person' | 'preview' | 'trying';
  /** When the session ends, in milliseconds since the epoch; null for a link. */
  expiresAt: number | null;
  person: string | null;
  name: string | null;
  facts: { ip: string | null; userAgent: string | null };
}

export interface SocketData {
  who: Who;
}

/** Between processes. */
interface ServerSide {
  /** A company's log has grown. */
  head: (company: string) => void;
  /** What one process has in front of its people. */
  present: (process: string, company: string, list: Here[]) => void;
}

export type LiveServer = Server<ClientToServer, ServerToClient, ServerSide, SocketData>;
export type LiveSocket = Socket<ClientToServer, ServerToClient, ServerSide, SocketData>;

import { io, type Socket } from 'socket.io-client';
import { createLive, type Live, type Timing } from '../../client/live/connection.ts';
import type { CommandInputs, CommandName } from '../../shared/commands.ts';
import type { WireEvent } from '../../shared/events.ts';
import type { PageProps } from '../../shared/page.ts';
import { PROTOCOL, type ClientToServer, type CommandAnswer, type ServerToClient } from '../../shared/protocol.ts';
import { fold, type DealView, type Side } from '../../shared/view.ts';
import type { History } from './history.ts';

/** Who looks: the owner by the session's cookie, or whoever holds a secret link. */
export type Access = { side: 'owner'; cookie: string } | { side: 'client'; token: string };

/** A page as people have it open: the product's own connection, inbox and outbox on a real socket. */
export interface Screen {
  who: string;
  side: Side;
  deal: string;
  live: Live;
  socket: Socket<ServerToClient, ClientToServer>;
  cursor(): number;
  view(): DealView | null;
  /** Commands that have no answer yet. */
  readonly unanswered: number;
  /** Closed. */
  readonly gone: boolean;
  /** When it was told to come back, in the rig's milliseconds; null: never. */
  told: number | null;
  send<N extends CommandName>(name: N, input: CommandInputs[N]): { id: string; done: Promise<CommandAnswer> };
  say(text: string): { id: string; done: Promise<CommandAnswer> };
  /** Closes it. `early`: in the middle of things, so that nothing is expected of it any more. */
  leave(options?: { early: boolean }): void;
}

export interface ScreenOptions {
  who: string;
  /** The address it connects to. */
  url: string;
  access: Access;
  deal: string;
  document: string;
  /** The snapshot it was opened with. */
  view: DealView;
  /** Whether it draws what it hears: only of a few among many. */
  draws: boolean;
  timing?: Partial<Timing>;
  history: History;
}

export function openScreen(options: ScreenOptions): Screen {
  const { who, url, access, deal, document, draws, history } = options;
  const { side } = access;
  const headers = access.side === 'owner' ? { extraHeaders: { cookie: access.cookie } } : {};
  const made: Socket<ServerToClient, ClientToServer>[] = [];
  let view: DealView | null = draws ? options.view : null;
  let gone = false;
  const waiting = new Set<string>();
  history.add({ what: 'opened', who, deal, side, from: options.view.seq });

  const live = createLive({
    scope: who,
    auth: { protocol: PROTOCOL, ...(access.side === 'client' ? { link: access.token } : {}) },
    storage: null,
    browser: null,
    url,
    connect: ((to: string, settings: object) => {
      const connection: Socket<ServerToClient, ClientToServer> = io(to, { ...settings, ...headers });
      made.push(connection);
      return connection;
    }) as typeof io,
    ...(options.timing ? { timing: options.timing } : {}),
  });
  const following = live.follow(`deal:${deal}`, {
    cursor: options.view.seq,
    document,
    apply(events, to) {
      history.add({ what: 'received', who, to, seqs: events.map((event) => event.seq) });
      if (view !== null) view = { ...(events as WireEvent[]).reduce((seen, event) => fold(seen, event), view), seq: to };
    },
    present: () => {},
    typing: () => {},
  });
  const [socket] = made;
  if (socket === undefined) throw new Error('a page without a connection');

  const screen: Screen = {
    who,
    side,
    deal,
    live,
    socket,
    told: null,
    cursor: () => following.cursor,
    view: () => view,
    get unanswered() {
      return waiting.size;
    },
    get gone() {
      return gone;
    },
    send(name, input) {
      const sent = live.send(name, input);
      waiting.add(sent.id);
      history.add({ what: 'sent', who, id: sent.id, name, input });
      void sent.done.then((answer) => {
        waiting.delete(sent.id);
        if (answer.ok) history.add({ what: 'acknowledged', who, id: sent.id, seq: answer.seq, result: answer.result });
        else history.add({ what: 'refused', who, id: sent.id, code: answer.refusal.code, data: answer.refusal.data });
      });
      return sent;
    },
    say: (text) => screen.send('postMessage', { document, text, notify: false, files: [], proposal: null, readUpTo: 0, name: null }),
    leave({ early } = { early: false }) {
      if (gone) return;
      gone = true;
      history.add({ what: 'left', who, cursor: following.cursor, view, early });
      live.close();
    },
  };
  socket.on('goodbye', () => void (screen.told = performance.now()));
  return screen;
}

/** The page a server gives out now, as a browser would read it: what a screen begins with, and what it must come to. */
export async function readSnapshot(url: string, document: string, access: Access): Promise<DealView> {
  if (access.side === 'owner') {
    const answer = await fetch(`${url}/console/documents/${document}`, { headers: { cookie: access.cookie } });
    if (!answer.ok) throw new Error(`the console answered ${answer.status}`);
    return ((await answer.json()) as { view: DealView }).view;
  }
  const answer = await fetch(`${url}/d/${access.token}/${document}`);
  const html = await answer.text();
  const [, json] = /<script type="application\/json" id="page">(.*?)<\/script>/s.exec(html) ?? [];
  if (json === undefined) throw new Error(`the client's page answered ${answer.status} without a view`);
  return (JSON.parse(json) as PageProps).view;
}

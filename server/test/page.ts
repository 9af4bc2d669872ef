import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { CommandName } from '../../shared/commands.ts';
import type { WireEvent } from '../../shared/events.ts';
import {
  PROTOCOL,
  type Batch,
  type ClientToServer,
  type CommandAnswer,
  type JoinAnswer,
  type ServerToClient,
  type Stream,
} from '../../shared/protocol.ts';
import { fold, type DealView } from '../../shared/view.ts';

/** A page as a test holds it: a real socket, the rule of the cursor, nothing else. */
export interface TestPage {
  socket: Socket<ServerToClient, ClientToServer>;
  events: WireEvent[];
  cursor(): number;
  view(): DealView;
  join(): Promise<JoinAnswer>;
  send(name: CommandName, input: unknown, id?: string): Promise<CommandAnswer>;
  /** Resolves when the condition holds; asked at every batch and presence. */
  until(what: string, holds: () => boolean): Promise<void>;
  close(): void;
}

interface Options {
  link?: string;
  asClient?: boolean;
  cookie?: string;
  cursor?: number;
  view?: DealView;
}

/** Opens a page on one stream and joins it. */
export async function openPage(url: string, stream: Stream, options: Options = {}): Promise<TestPage> {
  const auth = { protocol: PROTOCOL, ...(options.link ? { link: options.link } : {}), ...(options.asClient ? { asClient: true } : {}) };
  const socket: Socket<ServerToClient, ClientToServer> = io(url, {
    auth,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: options.cookie ? { cookie: options.cookie } : {},
  });
  const events: WireEvent[] = [];
  const waiting = new Set<() => void>();
  let cursor = options.cursor ?? options.view?.seq ?? 0;
  let { view } = options;
  const receive = (batch: Batch) => {
    if (batch.stream !== stream || batch.to <= cursor) return;
    if (batch.from > cursor) throw new Error(`gap: have ${cursor}, batch begins at ${batch.from}`);
    for (const event of batch.events as WireEvent[]) {
      if (event.seq <= cursor) continue;
      events.push(event);
      if (view) view = fold(view, event);
    }
    cursor = batch.to;
    if (view) view = { ...view, seq: cursor };
    for (const look of [...waiting]) look();
  };
  let joined = false;
  const held: Batch[] = [];
  socket.on('batch', (batch) => (joined ? receive(batch) : void held.push(batch)));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const page: TestPage = {
    socket,
    events,
    cursor: () => cursor,
    view() {
      if (!view) throw new Error('opened without a view');
      return view;
    },
    async join() {
      const answer = await socket.timeout(10_000).emitWithAck('join', { protocol: PROTOCOL, stream, cursor, document: null });
      if (answer.ok) {
        receive(answer.batch);
        if (answer.more) return page.join();
        joined = true;
        for (const batch of held.splice(0)) receive(batch);
      }
      return answer;
    },
    send: (name, input, id = randomUUID()) => socket.timeout(20_000).emitWithAck('command', { id, name, input } as never),
    until(what, holds) {
      if (holds()) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => done(new Error(`waited in vain: ${what}`)), 10_000);
        const look = () => holds() && done();
        const done = (error?: Error) => {
          clearTimeout(timer);
          waiting.delete(look);
          if (error) reject(error);
          else resolve();
        };
        waiting.add(look);
      });
    },
    close: () => socket.close(),
  };
  const answer = await page.join();
  if (!answer.ok) {
    socket.close();
    throw Object.assign(new Error(answer.refusal.code), { refusal: answer.refusal });
  }
  return page;
}

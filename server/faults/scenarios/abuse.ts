import { setTimeout as delay } from 'node:timers/promises';
import { PROTOCOL } from '../../../shared/protocol.ts';
import { createMeter, notSlower } from '../meter.ts';
import { enter, openRaw, type Raw } from '../raw.ts';
import type { Scenario } from '../scenario.ts';

/** Whoever is let in sends packets that are none, counts that are wrong, two megabytes at once and a thousand events a second: nobody else notices. */
export const abuse: Scenario = {
  name: 'abuse',
  alone: 'sound',
  planted: { plants: ['believe what is sent'], finds: /^server A ended by itself/ },
  async run({ open, long, broken }) {
    const world = await open({ servers: 1 });
    const [theirs, ours] = await Promise.all([world.issue('quote'), world.issue('quote')]);
    const [owner, client] = await Promise.all([world.open('owner', ours), world.open('client', ours)]);
    const meter = createMeter(owner, client);
    await meter.measure(broken ? 100 : 1000);
    const quiet = long ? 10_000 : 2000;
    const before = broken ? 0 : await meter.measure(quiet);
    const during = broken ? Promise.resolve(0) : meter.measure(long ? 30_000 : 6000);

    for (const { thing, wanted, send } of ATTACKS) {
      const raw = await openRaw(world.server().port).catch(() => null);
      if (raw === null) break;
      await enter(raw, theirs.token, theirs.deal).catch(() => null);
      send(raw);
      world.history.add({ what: 'observed', thing, is: await became(raw, theirs.deal), wanted });
      raw.destroy();
    }
    // With the planted fault there is nobody left to be measured.
    if (broken) return '';
    await flood(world.server().port, theirs, long ? 20_000 : 3000);
    notSlower(world.history, await during, before, await meter.measure(quiet));
    return `${ATTACKS.length} attacks`;
  },
};

interface Attack {
  thing: string;
  /** `closed`: it is shut out; `served`: it was refused or ignored, and the socket goes on. */
  wanted: 'closed' | 'served';
  send(raw: Raw): void;
}

const text = (thing: string, wanted: Attack['wanted'], ...packets: string[]): Attack => ({
  thing,
  wanted,
  send: (raw) => packets.forEach((packet) => raw.text(packet)),
});

/** Engine.IO 4 and Socket.IO 5 packets: `4` a message; then `2` an event, `5` one with attachments, `0` and `1` a namespace entered and left. */
const ATTACKS: readonly Attack[] = [
  text('a packet of no type', 'closed', 'hello'),
  text('a message that is no packet', 'closed', '4garbage'),
  text('an event of broken JSON', 'closed', '42["join"'),
  text('an event that is an object', 'closed', '42{"a":1}'),
  text('an event without a name', 'closed', '42[]'),
  text('an event by a reserved name', 'closed', '42["disconnect","io"]'),
  text('a listener of our own', 'closed', '42["newListener"]'),
  text('attachments that never come', 'closed', '451-["typing",{"_placeholder":true,"num":0}]', '42["leave","x"]'),
  text('a count of attachments that is no number', 'closed', '45x-["typing"]'),
  text('more attachments than there are numbers', 'closed', '4599999999999999999999-["typing"]'),
  text('a placeholder beyond the attachments', 'closed', '451-["typing",{"_placeholder":true,"num":7}]', 'bAAAA'),
  text('a namespace there is not', 'served', '40/admin,{}'),
  text('an event in a namespace not entered', 'closed', '42/admin,["join",{}]'),
  text('a long namespace', 'closed', `42/${'a/'.repeat(20_000)},["join"]`),
  text('entering twice, the second time by nothing', 'closed', '40{}'),
  text('answers nobody asked for', 'served', '43999["x"]', '4399999999999999999999[]'),
  text('events nobody knows', 'served', '42["__proto__",{}]', '42["constructor","x"]', '42["toString"]', '42["nothing",null]'),
  text('events without what they need', 'served', '42["join"]', '421["join",null]', '42["command"]', '422["command",{"id":1,"name":2}]'),
  text(
    'events with the wrong things',
    'served',
    '42["leave",{"a":[]}]',
    '42["leave",7]',
    '42["presence","x"]',
    '42["typing",[[[]]]]',
    '423["join",{"__proto__":{"cursor":0}}]',
  ),
  text('a deep event', 'served', `42["typing",${'['.repeat(20_000)}${']'.repeat(20_000)}]`),
  { thing: 'bytes nobody announced', wanted: 'closed', send: (raw) => raw.binary(Buffer.from([4, 5, 6])) },
  { thing: 'a frame of two megabytes', wanted: 'closed', send: (raw) => raw.text(`42["typing","${'x'.repeat(2_000_000)}"]`) },
  { thing: 'two megabytes in pieces', wanted: 'closed', send: (raw) => pieces(raw, 40, 50_000) },
  { thing: 'a text that is not UTF-8', wanted: 'closed', send: (raw) => raw.frame(0x81, Buffer.from([0x34, 0x32, 0xff, 0xfe])) },
  { thing: 'a frame that is not masked', wanted: 'closed', send: (raw) => raw.frame(0x81, Buffer.from('2'), false) },
  { thing: 'reserved bits', wanted: 'closed', send: (raw) => raw.frame(0xf1, Buffer.from('2')) },
  { thing: 'a control frame that is too long', wanted: 'closed', send: (raw) => raw.frame(0x89, Buffer.alloc(200)) },
];

/** One message, in many frames. */
function pieces(raw: Raw, count: number, size: number): void {
  for (let i = 0; i < count; i += 1) raw.frame(i === 0 ? 0x01 : i === count - 1 ? 0x80 : 0x00, Buffer.alloc(size, 'x'));
}

/** Whether the server has shut it out, or still answers it. */
async function became(raw: Raw, deal: string): Promise<string> {
  const { length } = raw.heard;
  raw.text(`4277${JSON.stringify(['join', { protocol: 0, stream: `deal:${deal}`, cursor: 0, document: null }])}`);
  const answer = await raw.hear((heard) => heard.startsWith('4377[') && raw.heard.lastIndexOf(heard) >= length);
  return raw.closed ? 'closed' : answer === null ? 'not answered' : 'served';
}

/** A thousand events a second from one socket, of every kind. */
async function flood(port: number, { token, deal, id }: { token: string; deal: string; id: string }, ms: number): Promise<void> {
  const raw = await openRaw(port);
  await enter(raw, token, deal);
  const stream = `deal:${deal}`;
  const events = [
    ['typing', { stream, document: id, typing: true }],
    ['presence', { stream, document: id, here: true }],
    ['leave', stream],
    ['join', { protocol: PROTOCOL, stream, cursor: 0, document: null }],
    ['command', { id: '0', name: 'postMessage', input: {} }],
  ].map((event, i) => `42${i < 3 ? '' : i}${JSON.stringify(event)}`);
  const end = performance.now() + ms;
  for (let sent = 0; performance.now() < end && !raw.closed; await delay(10))
    for (let i = 0; i < 10; i += 1) raw.text(events[sent++ % events.length] ?? '');
  raw.destroy();
}

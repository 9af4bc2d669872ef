import { until } from '../processes.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { openStripe, signed, type StripeSide } from '../stripe.ts';
import type { World } from '../world.ts';
import { giveUpMails } from '../writers.ts';
import type { Made } from '../../test/doors.ts';

/** What Stripe tells comes five times, in any order, at two servers at once, forged, and while one of them dies: each payment is entered once. */
export const payments: Scenario = {
  name: 'payments',
  planted: { plants: ['enter what is told'], finds: /^charge .* is in the ledger \d+ times/ },
  async run(stage) {
    const { ground, open, long, broken } = stage;
    const stripe = await openStripe();
    try {
      const world = await open({ servers: broken ? 1 : 2, redis: true, mail: true, env: { STRIPE_URL: stripe.emulator.url } });
      await stripe.register(world, ground.owner.cookie, ground.owner.company);
      const invoices = await Promise.all(Array.from({ length: long ? 40 : broken ? 2 : 6 }, () => world.issue('invoice')));
      for (const [i, invoice] of invoices.slice(0, 4).entries()) await world.open(i % 2 === 0 ? 'owner' : 'client', invoice, { on: i % 2 });
      await inAnyOrder(stage, world, stripe, invoices);
      if (!broken) {
        await createdLast(world, stripe);
        await forged(world, stripe, ground.owner.company);
        await backwards(world, stripe);
        await killedBeforeTheAnswer(world, stripe);
      }
      await stripe.emulator.idle(30_000);
      world.history.add({ what: 'mails awaited' });
      await world.settle();
      return `${world.history.count('charged')} payments`;
    } finally {
      await stripe.close();
    }
  },
};

/** Every event five times, shuffled and at once, at both servers. */
async function inAnyOrder({ random }: Stage, world: World, stripe: StripeSide, invoices: readonly Made[]): Promise<void> {
  await stripe.emulator.control('hold', { hold: true });
  for (const invoice of invoices) await stripe.pay(world, invoice, await stripe.press(world, invoice, random.between(0, 1)));
  await stripe.emulator.control('deliver', { times: 5, shuffle: true, parallel: true });
  await stripe.emulator.control('hold', { hold: false });
}

/** That it is paid is heard before anything else, and everything else afterwards. */
async function createdLast(world: World, stripe: StripeSide): Promise<void> {
  const invoice = await world.issue('invoice');
  const session = await stripe.press(world, invoice, 0);
  await stripe.emulator.control('hold', { hold: true });
  const events = await stripe.pay(world, invoice, session);
  for (const { id } of events.reverse()) await stripe.emulator.control('deliver', { events: [id] });
  await stripe.emulator.control('hold', { hold: false });
}

/** Whatever is not Stripe's word about this very payment is refused, or changes nothing. */
async function forged(world: World, stripe: StripeSide, company: string): Promise<void> {
  const [invoice, other] = [await world.issue('invoice'), await world.issue('invoice')];
  const session = await stripe.press(world, invoice, 0);
  await stripe.emulator.control('hold', { hold: true });
  const events = await stripe.pay(world, invoice, session);
  const event = events.find(({ type }) => type === 'checkout.session.completed');
  const body = JSON.stringify(event);
  const copy = JSON.parse(body) as { data: { object: { metadata: object } } };
  const { object } = copy.data;
  const untrue = { ...object, amount_total: 1, currency: 'jpy', metadata: { ...object.metadata, document: other.id } };
  const lie = JSON.stringify({ ...copy, id: 'evt_lie', data: { object: untrue } });
  const elsewhere = JSON.stringify({ ...copy, id: 'evt_elsewhere', account: 'acct_of_somebody_else' });
  const tries: [string, string, string, string][] = [
    ['an event without a signature', body, 't=1', '400'],
    ['an event with a bad signature', body, signed(body, { secret: 'whsec_of_somebody_else' }), '400'],
    ['an event of six minutes ago', body, signed(body, { age: 360 }), '400'],
    ['an altered event', body.replace('24000', '1'), signed(body), '400'],
    ['another account’s event', elsewhere, signed(elsewhere), '200'],
  ];
  for (const [thing, text, signature, wanted] of tries)
    world.history.add({ what: 'observed', thing, is: String(await stripe.send(world, text, signature, company)), wanted });
  const before = await paid(world, [invoice, other]);
  world.history.add({ what: 'observed', thing: 'paid by what was forged', is: before, wanted: '0 0' });
  // Signed, and yet untrue in amount, currency and document: what is entered is what Stripe says when it is asked.
  const status = String(await stripe.send(world, lie, signed(lie), company));
  world.history.add({
    what: 'observed',
    thing: 'an event that lies',
    is: `${status}, paid ${await paid(world, [invoice, other])}`,
    wanted: '200, paid 24000 0',
  });
  await stripe.emulator.control('hold', { hold: false });
}

/** A debit has failed before it is heard that it was on its way. */
async function backwards(world: World, stripe: StripeSide): Promise<void> {
  const invoice = await world.issue('invoice');
  const session = await stripe.press(world, invoice, 1);
  await stripe.emulator.control('hold', { hold: true });
  await stripe.emulator.control('pay', { session, method: 'sepa_debit', iban: 'DE89370400440532013000' });
  await stripe.emulator.control('settle', { session, end: 'fail' });
  const events = (await stripe.emulator.control('events', {})).filter((event) => JSON.stringify(event).includes(session));
  for (const { id } of events.reverse()) await stripe.emulator.control('deliver', { events: [id] });
  await stripe.emulator.control('hold', { hold: false });
  await until('the debit is known to have failed', 20_000, async () => {
    const [row] = await world.query<{ state: string }>('select state from checkouts where session = $1', [session]);
    return row?.state === 'failed';
  });
}

/** The payment is committed, and the server dies before Stripe has its 200. */
async function killedBeforeTheAnswer(world: World, stripe: StripeSide): Promise<void> {
  const invoice = await world.issue('invoice');
  const session = await stripe.press(world, invoice, 0);
  const { promise: dead, resolve } = Promise.withResolvers<void>();
  stripe.loseAnswer(() => void world.server().kill().then(resolve));
  await stripe.pay(world, invoice, session);
  await dead;
  await giveUpMails(world);
  await world.server().start();
}

/** What the documents say was paid on them. */
async function paid(world: World, documents: readonly Made[]): Promise<string> {
  const rows = await world.query<{ id: string; paid: string }>('select id, paid from documents');
  return documents.map(({ id }) => rows.find((row) => row.id === id)?.paid ?? '?').join(' ');
}

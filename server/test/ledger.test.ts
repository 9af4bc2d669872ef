import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Truth, TruthEntry } from '../../shared/stripe.ts';
import { CheckoutSchema, DocumentSchema, LinkSchema, PaymentSchema } from '../entities/index.ts';
import { Refusal } from '../../shared/refusal.ts';
import { startApp, type TestApp } from './harness.ts';
import { invoice, seen } from './paying.ts';
import type { Made } from './doors.ts';

/**
 * Random payments, refunds, disputes, counter-entries and credit notes by two programs at once, what Stripe says heard late, twice and in any
 * order: balance and state are always what a recomputation from the entries gives.
 */

let app: TestApp;
test.before(async () => {
  app = await startApp();
});
test.after(() => app?.close());

const TOTAL = 24_000;
const NOBODY = { ip: null, userAgent: null, pdf: null };

type Step =
  | { do: 'record'; cents: number }
  | { do: 'reverse'; which: number }
  | { do: 'credit'; cents: number }
  | { do: 'online'; cents: number; refunds: number[]; refundFails: boolean; dispute: 'none' | 'open' | 'won' | 'lost' | 'inquiry' };

const cents = fc.integer({ min: 1, max: 30_000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('record' as const), cents }),
  fc.record({ do: fc.constant('reverse' as const), which: fc.nat(10) }),
  fc.record({ do: fc.constant('credit' as const), cents: fc.integer({ min: 1, max: 8_000 }) }),
  fc.record({
    do: fc.constant('online' as const),
    cents,
    refunds: fc.array(fc.integer({ min: 1, max: 9_000 }), { maxLength: 2 }),
    refundFails: fc.boolean(),
    dispute: fc.constantFrom('none' as const, 'open' as const, 'won' as const, 'lost' as const, 'inquiry' as const),
  }),
);

function entry(key: string, kind: TruthEntry['kind'], amount: number, of: string | null, at: number): TruthEntry {
  return { key, kind, amount, of, method: 'card', at: new Date(Date.UTC(2026, 10, 1) + at), reason: null, receiptUrl: null, refund: null };
}

/** What Stripe would say of a payment, one thing after the other. */
function story(one: Extract<Step, { do: 'online' }>): TruthEntry[] {
  const id = randomUUID().slice(0, 8);
  const charge = `ch_${id}`;
  const refunds = one.refunds.flatMap((amount, i) => {
    const made = entry(`re_${id}${i}`, 'refund', -amount, charge, 10 + i);
    return one.refundFails ? [made, entry(`re_${id}${i}:failed`, 'refund_failed', amount, charge, 12 + i)] : [made];
  });
  const dispute = {
    none: [],
    open: [entry(`dp_${id}:withdrawn`, 'dispute', -one.cents, charge, 20)],
    won: [entry(`dp_${id}:withdrawn`, 'dispute', -one.cents, charge, 20), entry(`dp_${id}:returned`, 'dispute_won', one.cents, charge, 21)],
    lost: [entry(`dp_${id}:withdrawn`, 'dispute', -one.cents, charge, 20), entry(`dp_${id}:lost`, 'dispute_lost', 0, charge, 22)],
    inquiry: [entry(`dp_${id}:opened`, 'dispute', 0, charge, 20)],
  }[one.dispute];
  return [entry(charge, 'payment', one.cents, null, 0), ...refunds, ...dispute];
}

async function checkoutOf(made: Made, amount: number): Promise<string> {
  const em = app.em();
  const id = randomUUID();
  const link = await em.findOneOrFail(LinkSchema, { document: made.id });
  const now = new Date();
  await em.insert(CheckoutSchema, {
    ...{ id, company: app.company, deal: made.deal, document: made.id, amount, currency: 'EUR', state: 'open', method: null, test: false },
    ...{ session: `cs_${id}`, url: null, intent: null, link: link.id, browser: 'x', unmatched: false, position: 0 },
    ...{ createdAt: now, expiresAt: now, checkedAt: now },
  });
  return id;
}

async function run(programs: Pick<TestApp, 'execute'>[], made: Made, steps: Step[]): Promise<void> {
  const system = { as: 'system' as const, company: app.company };
  const settle = async (checkout: string, entries: TruthEntry[], i: number): Promise<void> => {
    const truth: Truth = { state: 'paid', currency: 'EUR', intent: null, method: 'card', reason: null, test: false, entries };
    const input = { document: made.id, checkout, cause: randomUUID(), truth };
    await programs[i % 2]?.execute({ name: 'settleCheckout', id: randomUUID(), input, acting: system, facts: NOBODY });
  };
  const asOwner = (name: 'recordPayment' | 'reversePayment', input: object, i: number) =>
    programs[i % 2]?.execute({ name, id: randomUUID(), input, acting: app.owner, facts: NOBODY }).catch(unlessRefused);
  await Promise.all(
    steps.map(async (one, i) => {
      if (one.do === 'record')
        return asOwner(
          'recordPayment',
          { document: made.id, amount: decimal(one.cents), day: '2026-11-20', method: 'cash', reference: null },
          i,
        );
      if (one.do === 'reverse') {
        const entries = await app.em().find(PaymentSchema, { document: made.id, kind: 'payment' });
        const { id } = entries[one.which % Math.max(1, entries.length)] ?? { id: randomUUID() };
        return asOwner('reversePayment', { document: made.id, entry: id, reason: 'a slip' }, i);
      }
      if (one.do === 'credit') return credit(made, one.cents);
      const checkout = await checkoutOf(made, one.cents);
      const all = story(one);
      // Heard as it grew, each state of it twice, in any order.
      const heard = all.map((_, n) => all.slice(0, n + 1));
      await Promise.all([...heard.reverse(), ...heard].map((entries, n) => settle(checkout, entries, i + n)));
    }),
  );
}

async function credit(made: Made, of: number): Promise<void> {
  const line = { description: 'Back', quantity: '1', unitPrice: decimal(of), vat: { category: 'Z', rate: '0' } };
  const { status } = await app.api('POST', '/documents?issue=true', { kind: 'credit_note', follows: made.id, lines: [line] });
  assert.ok(status === 201 || status === 409, String(status));
}

function unlessRefused(error: unknown): null {
  if (error instanceof Refusal && ['not_reversible', 'not_found'].includes(error.code)) return null;
  throw error;
}

function decimal(of: number): string {
  return `${Math.floor(of / 100)}.${String(of % 100).padStart(2, '0')}`;
}

/** From the rows alone, and without any of our own functions. */
async function recomputed(made: Made): Promise<{ paid: number; due: number; status: string }> {
  const sum = async (sql: string) => Number((await app.em().execute<{ sum: string | null }[]>(sql, [made.id]))[0]?.sum ?? 0);
  const paid = await sum('select sum(amount) from payments where document_id = ?');
  const credited = await sum("select sum(gross) from documents where kind = 'credit_note' and status <> 'draft' and follows = ?");
  const due = TOTAL - paid - credited;
  const status = credited >= TOTAL ? 'cancelled' : paid <= 0 ? 'issued' : due <= 0 ? 'paid' : 'part_paid';
  return { paid, due, status };
}

test('balance and state always agree with a recomputation, and nothing is entered twice', async () => {
  const programs = [app, await app.another()];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
      const made = await invoice(app);
      await run(programs, made, steps);
      const { paid, due, status } = await app.em().findOneOrFail(DocumentSchema, { id: made.id });
      assert.equal({ paid, due, status }, await recomputed(made));
      const view = await seen(app, made);
      assert.equal([view.paid, view.due, view.status], [paid, due, status]);
      const keys = (await app.em().find(PaymentSchema, { document: made.id })).flatMap((one) => one.external ?? []);
      assert.is(new Set(keys).size, keys.length);
      const wanted = steps.filter((one) => one.do === 'online').length;
      assert.is(keys.filter((key) => key.startsWith('ch_')).length, wanted, 'each charge once');
    }),
    { numRuns: 15 },
  );
});

test('of a payment no more is taken back than there is of it', async () => {
  const made = await invoice(app);
  const checkout = await checkoutOf(made, 10_000);
  const charge = `ch_${randomUUID()}`;
  const truth: Truth = {
    ...{ state: 'paid' as const, currency: 'EUR', intent: null, method: 'card' as const, reason: null, test: true },
    entries: [entry(charge, 'payment', 10_000, null, 0), entry(`re_${charge}`, 'refund', -4_000, charge, 1)],
  };
  const input = { document: made.id, checkout, cause: 'x', truth };
  await app.execute({ name: 'settleCheckout', id: randomUUID(), input, acting: { as: 'system', company: app.company }, facts: NOBODY });
  const [paid] = (await seen(app, made)).payments;
  // Paid in test mode: no money moved, so it may be taken back.
  const reverse = () =>
    app.execute({
      name: 'reversePayment',
      id: randomUUID(),
      input: { document: made.id, entry: paid?.id, reason: 'only a test' },
      acting: app.owner,
      facts: NOBODY,
    });
  await reverse();
  assert.equal(
    (await seen(app, made)).payments.map((one) => one.amount),
    [10_000, -4_000, -6_000],
  );
  await reverse().then(
    () => assert.unreachable(),
    (error: unknown) => assert.is((error as Refusal).code, 'not_reversible'),
  );
});

test.run();

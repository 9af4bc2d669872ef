import type Stripe from 'stripe';
import { register, type AccountInput } from './accounts.ts';
import { decide, escalate, openDispute, review, type DisputeInput } from './disputes.ts';
import type { Fault, Faults } from './faults.ts';
import { answer, pay, settle, type Attempt, type Outcome } from './payments.ts';
import { arrive, failRefund, refund } from './refunds.ts';
import { expireDue } from './sessions.ts';
import type { Deliverer, Round } from './webhooks.ts';
import type { World } from './world.ts';

/** What the control door works on. */
export interface Emulation {
  world: World;
  deliverer: Deliverer;
  faults: Faults;
}

interface Verb<Input extends object, Output> {
  /** What the input may have: a name that is none of these is a mistake of the test. */
  fields: string[];
  run(emulation: Emulation, input: Input): Output | Promise<Output>;
}

function verb<Input extends object, Output>(
  fields: (keyof Input & string)[],
  run: (emulation: Emulation, input: Input) => Output | Promise<Output>,
): Verb<Input, Output> {
  return { fields, run };
}

interface PayInput extends Attempt {
  session: string;
  /** The answer to 3-D Secure or PayPal: yes unless set to false; null leaves it open. */
  approve?: boolean | null;
}

interface Paid {
  outcome: Outcome;
  session: Stripe.Checkout.Session;
  intent: Stripe.PaymentIntent | null;
  charge: Stripe.Charge | null;
}

/** A charge, or the payment or session it belongs to. */
interface OfCharge {
  charge?: string;
  payment_intent?: string;
  session?: string;
}

interface RefundInput extends OfCharge {
  amount?: number;
  reason?: Stripe.RefundCreateParams.Reason;
  /** Until `refundArrives` says so. */
  pending?: boolean;
}

/** Everything a test or the demo can make the emulator do; the same in the process and over HTTP. They throw for what cannot be. */
export const VERBS = {
  register: verb<AccountInput, ReturnType<typeof register>>(
    ['id', 'name', 'email', 'country', 'currency', 'capabilities', 'keys', 'endpoints', 'replaceEndpoints'],
    ({ world }, input) => register(world, input),
  ),
  removeEndpoint: verb<{ id: string }, null>(['id'], ({ world }, { id }) => {
    delete world.state.endpoints[id];
    return null;
  }),

  // What the client does.
  pay: verb<PayInput, Paid>(
    ['session', 'method', 'card', 'iban', 'email', 'name', 'approve'],
    ({ world }, { session, approve = true, ...attempt }) => {
      expireDue(world);
      const outcome = pay(world, session, attempt);
      return paid(world, session, outcome === 'authenticate' && approve !== null ? answer(world, session, approve) : outcome);
    },
  ),
  answer: verb<{ session: string; approve: boolean }, Paid>(['session', 'approve'], ({ world }, { session, approve }) =>
    paid(world, session, answer(world, session, approve)),
  ),
  allowLate: verb<{ session?: string; allow?: boolean }, null>(['session', 'allow'], ({ world }, { session, allow = true }) => {
    if (session === undefined) world.state.payExpired = allow;
    else world.behind(session).payable = allow;
    return null;
  }),

  // What the banks do.
  settle: verb<{ session: string; end?: 'succeed' | 'fail' }, Paid>(['session', 'end'], ({ world }, { session, end }) =>
    paid(world, session, settle(world, session, end)),
  ),
  refundArrives: verb<{ refund: string }, Stripe.Refund>(['refund'], ({ world }, { refund: id }) => arrive(world, id)),
  refundFails: verb<{ refund: string; reason?: string }, Stripe.Refund>(['refund', 'reason'], ({ world }, { refund: id, reason }) =>
    failRefund(world, id, reason),
  ),
  dispute: verb<OfCharge & DisputeInput, Stripe.Dispute>(
    ['charge', 'payment_intent', 'session', 'inquiry', 'reason', 'amount'],
    ({ world }, input) => {
      const { owner, object } = world.get('charge', chargeOf(world, input));
      return openDispute(world, owner, object, input);
    },
  ),
  disputeReviewed: verb<{ dispute: string }, Stripe.Dispute>(['dispute'], ({ world }, { dispute }) => review(world, dispute)),
  disputeEscalates: verb<{ dispute: string }, Stripe.Dispute>(['dispute'], ({ world }, { dispute }) => escalate(world, dispute)),
  disputeEnds: verb<{ dispute: string; outcome: 'won' | 'lost' }, Stripe.Dispute>(
    ['dispute', 'outcome'],
    ({ world }, { dispute, outcome }) => decide(world, dispute, outcome),
  ),

  // What the owner does in the dashboard.
  refund: verb<RefundInput, Stripe.Refund>(
    ['charge', 'payment_intent', 'session', 'amount', 'reason', 'pending'],
    ({ world }, { amount, reason, pending, ...of }) => {
      const charge = chargeOf(world, of);
      const { owner } = world.get('charge', charge);
      return refund(
        world,
        owner,
        { charge, ...(amount === undefined ? {} : { amount }), ...(reason === undefined ? {} : { reason }) },
        pending,
      );
    },
  ),

  // Events on their way.
  hold: verb<{ hold: boolean }, null>(['hold'], async ({ world, deliverer }, { hold }) => {
    world.state.hold = hold;
    if (!hold) await deliverer.deliverNow({ parallel: true });
    return null;
  }),
  deliver: verb<Round & { events?: string[] }, ReturnType<Deliverer['pending']>>(
    ['times', 'shuffle', 'parallel', 'events'],
    ({ deliverer }, { events, ...round }) => deliverer.deliverNow(round, events),
  ),
  redeliver: verb<Round & { event: string }, ReturnType<Deliverer['pending']>>(
    ['times', 'parallel', 'event'],
    ({ deliverer }, { event, ...round }) => deliverer.redeliver(event, round),
  ),
  events: verb<{ type?: string }, Stripe.EventBase[]>(['type'], ({ world }, { type }) =>
    Object.values(world.state.objects.event)
      .map((row) => row.object)
      .filter((event) => type === undefined || event.type === type),
  ),
  deliveries: verb<{ event?: string }, ReturnType<Deliverer['pending']>>(['event'], ({ world }, { event }) =>
    Object.values(world.state.deliveries).filter((one) => event === undefined || one.event === event),
  ),

  // Time and trouble.
  clock: verb<{ offset?: number; advance?: number }, { now: number }>(['offset', 'advance'], ({ world }, { offset, advance = 0 }) => {
    world.state.clockOffset = (offset ?? world.state.clockOffset) + advance;
    expireDue(world);
    return { now: world.now() };
  }),
  fault: verb<Fault, null>(['kind', 'times', 'method', 'path', 'ms'], ({ faults }, fault) => {
    faults.add(fault);
    return null;
  }),
  clearFaults: verb<Record<never, never>, null>([], ({ faults }) => {
    faults.clear();
    return null;
  }),
  // The objects as they are, whoever asks.
  session: verb<{ id: string }, Paid['session']>(['id'], ({ world }, { id }) => world.get('session', id).object),
};

export type Verbs = typeof VERBS;
export type VerbName = keyof Verbs;
export type Input<V extends VerbName> = Parameters<Verbs[V]['run']>[1];
export type Output<V extends VerbName> = Awaited<ReturnType<Verbs[V]['run']>>;

/** Runs one thing by its name; the objects in what it answers are copies. */
export type Control = <V extends VerbName>(name: V, input: Input<V>) => Promise<Output<V>>;

/** Throws for an unknown name, unknown fields, and what cannot be. */
export async function runVerb(emulation: Emulation, name: string, input: object): Promise<unknown> {
  if (!Object.hasOwn(VERBS, name)) throw new Error(`there is no ${name}`);
  // The fields are checked, their types are the caller's: both ends are written in TypeScript.
  const known = VERBS[name as VerbName] as Verb<object, unknown>;
  const unknown = Object.keys(input).filter((field) => !known.fields.includes(field));
  if (unknown.length > 0) throw new Error(`${name} has no ${unknown.join(', ')}`);
  return structuredClone(await known.run(emulation, input));
}

function paid(world: World, id: string, outcome: Outcome): Paid {
  const { owner, object: session } = world.get('session', id);
  const intent = world.find('intent', owner, String(session.payment_intent)) ?? null;
  const charge = world.find('charge', owner, String(intent?.latest_charge)) ?? null;
  return { outcome, session, intent, charge };
}

function chargeOf(world: World, { charge, payment_intent: intent, session }: OfCharge): string {
  if (charge !== undefined) return charge;
  const id = intent ?? (session === undefined ? null : world.get('session', session).object.payment_intent);
  return String(world.get('intent', String(id)).object.latest_charge);
}

import type Stripe from 'stripe';
import { change, emit } from './events.ts';
import { newId } from './ids.ts';
import { cardOutcome, compactIban, debitOutcome, type Failure, type Method } from './methods.ts';
import { chargeTransaction } from './objects/money.ts';
import { cardDetails, debitDetails, newCharge, newIntent, paypalDetails, receiptUrl } from './objects/payment.ts';
import { customerDetails } from './objects/session.ts';
import { openDispute } from './disputes.ts';
import type { Owner, Waiting } from './state.ts';
import type { World } from './world.ts';

type Session = Stripe.Checkout.Session;
type Intent = Stripe.PaymentIntent;
type Charge = Stripe.Charge;

/** What a client hands in on the hosted page. */
export interface Attempt {
  method: Method;
  /** A card's number. */
  card?: string | undefined;
  iban?: string | undefined;
  email?: string | undefined;
  name?: string | undefined;
}

/** Where an attempt stands: `authenticate` waits for the client, `processing` for the bank. */
export type Outcome = 'paid' | 'processing' | 'authenticate' | 'failed';

const PAYPAL_EMAIL = 'camille.martin@example.com';
const LATE_MS = 180_000;
const NOT_AUTHENTICATED: Failure = {
  code: 'payment_intent_authentication_failure',
  message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
};
const CANCELED_AT_PAYPAL: Failure = {
  code: 'payment_method_customer_decline',
  message: 'The customer declined the payment at PayPal.',
};
const NO_IBAN: Failure = { code: 'invalid_bank_account_iban', message: 'The IBAN you entered is invalid.' };

/** A session that cannot be paid (any more). */
export class NotPayable extends Error {}

/** Whether a session may be paid; one that has expired only where a test said so. */
export function payable(world: World, session: Session): boolean {
  if (session.status === 'open') return true;
  return session.status === 'expired' && (world.state.payExpired || world.behind(session.id).payable);
}

/** The client presses Pay. Throws NotPayable where the session is over. */
export function pay(world: World, id: string, attempt: Attempt): Outcome {
  const { owner, object: session } = world.get('session', id);
  if (!payable(world, session)) throw new NotPayable(`the session is ${session.status}`);
  if (!session.payment_method_types.includes(attempt.method)) throw new NotPayable(`the session does not take ${attempt.method}`);
  const behind = world.behind(id);
  behind.failure = null;
  behind.waiting = null;
  rememberClient(session, attempt);
  if (attempt.method === 'sepa_debit' && !debitOutcome(attempt.iban ?? '')) {
    behind.failure = NO_IBAN;
    return 'failed';
  }
  const intent = intentOf(world, owner, session);
  change(intent, { payment_method: newId('pm_1'), last_payment_error: null });
  if (attempt.method === 'card') return payByCard(world, owner, session, intent, attempt.card ?? '');
  if (attempt.method === 'paypal') return ask(world, owner, session, intent, { method: 'paypal' });
  return payByDebit(world, owner, session, intent, compactIban(attempt.iban ?? ''));
}

/** The client has proved who they are (3-D Secure), or approved the payment (PayPal); or has not. Throws NotPayable. */
export function answer(world: World, id: string, yes: boolean): Outcome {
  const { owner, object: session } = world.get('session', id);
  const behind = world.behind(id);
  const { waiting } = behind;
  if (!payable(world, session) || !waiting || waiting.debit) throw new NotPayable('nothing waits for an answer');
  behind.waiting = null;
  const intent = intentOf(world, owner, session);
  change(intent, { next_action: null });
  if (!yes) return fail(world, owner, session, intent, waiting, waiting.method === 'paypal' ? CANCELED_AT_PAYPAL : NOT_AUTHENTICATED);
  return succeed(world, owner, session, intent, waiting, true);
}

/** The bank has answered to a debit. Without `end` it is what the IBAN stands for. Throws NotPayable. */
export function settle(world: World, id: string, end?: 'succeed' | 'fail'): Outcome {
  const { owner, object: session } = world.get('session', id);
  const behind = world.behind(id);
  const debit = behind.waiting?.debit;
  if (!debit) throw new NotPayable('no debit waits for the bank');
  behind.waiting = null;
  const intent = intentOf(world, owner, session);
  const charge = world.get('charge', idOf(intent.latest_charge)).object;
  const { end: usual } = debit.outcome;
  const failure = typeof usual === 'object' ? usual : { code: 'debit_not_authorized', message: 'The bank refused the debit.' };
  if (end === 'fail' || (end === undefined && typeof usual === 'object')) {
    failDebit(world, owner, session, intent, charge, failure);
    return 'failed';
  }
  chargeSucceeds(world, owner, intent, charge);
  change(session, { payment_status: 'paid' });
  emit(world, owner, 'checkout.session.async_payment_succeeded', session);
  balance(world, owner, charge);
  if (end === undefined && usual === 'dispute') openDispute(world, owner, charge, { reason: 'general' });
  return 'paid';
}

/** Settles the debits whose time has come. Says whether there was any. */
export function settleDue(world: World): boolean {
  const now = world.nowMs();
  const due = Object.entries(world.state.behind).filter(([, { waiting }]) => (waiting?.debit?.at ?? Infinity) <= now);
  for (const [id] of due) settle(world, id);
  return due.length > 0;
}

function payByCard(world: World, owner: Owner, session: Session, intent: Intent, number: string): Outcome {
  const card = number.replace(/\s/g, '');
  const outcome = cardOutcome(card);
  const waiting: Waiting = { method: 'card', card };
  if ('code' in outcome) return fail(world, owner, session, intent, waiting, outcome);
  return outcome.authenticate ? ask(world, owner, session, intent, waiting) : succeed(world, owner, session, intent, waiting, false);
}

/** Sends the client elsewhere, to come back with an answer. */
function ask(world: World, owner: Owner, session: Session, intent: Intent, waiting: Waiting): Outcome {
  world.behind(session.id).waiting = waiting;
  const url = `${world.settings.base}/c/pay/${session.id}/${waiting.method === 'paypal' ? 'paypal' : 'authenticate'}`;
  change(intent, {
    status: 'requires_action',
    next_action: { type: 'redirect_to_url', redirect_to_url: { url, return_url: session.success_url } },
  });
  emit(world, owner, 'payment_intent.requires_action', intent);
  return 'authenticate';
}

function succeed(world: World, owner: Owner, session: Session, intent: Intent, waiting: Waiting, authenticated: boolean): Outcome {
  const details =
    waiting.method === 'card'
      ? cardDetails(waiting.card ?? '', intent.amount, authenticated)
      : paypalDetails(session.customer_details?.email ?? PAYPAL_EMAIL);
  const charge = charged(world, owner, session, intent, waiting.method, details);
  chargeSucceeds(world, owner, intent, charge);
  complete(world, owner, session, 'paid');
  balance(world, owner, charge);
  return 'paid';
}

function payByDebit(world: World, owner: Owner, session: Session, intent: Intent, iban: string): Outcome {
  const outcome = debitOutcome(iban);
  if (!outcome) throw new Error('the IBAN was looked at before');
  const { settleMs } = world.settings;
  const at = settleMs === null ? null : world.nowMs() + settleMs + (outcome.slow ? LATE_MS : 0);
  world.behind(session.id).waiting = { method: 'sepa_debit', debit: { iban, outcome, at } };
  const charge = charged(world, owner, session, intent, 'sepa_debit', debitDetails(iban));
  change(intent, { status: 'processing', latest_charge: charge.id });
  emit(world, owner, 'payment_intent.processing', intent);
  emit(world, owner, 'charge.pending', charge);
  complete(world, owner, session, 'unpaid');
  return 'processing';
}

function failDebit(world: World, owner: Owner, session: Session, intent: Intent, charge: Charge, failure: Failure): void {
  chargeFails(world, owner, charge, failure);
  intentFails(world, owner, intent, charge, failure, 'sepa_debit');
  emit(world, owner, 'checkout.session.async_payment_failed', session);
}

function fail(world: World, owner: Owner, session: Session, intent: Intent, waiting: Waiting, failure: Failure): Outcome {
  world.behind(session.id).failure = failure;
  let charge: Charge | null = null;
  // Who is not authenticated, or turns back at PayPal, is never charged.
  if (waiting.method === 'card' && failure !== NOT_AUTHENTICATED) {
    charge = charged(world, owner, session, intent, 'card', cardDetails(waiting.card ?? '', intent.amount, false));
    chargeFails(world, owner, charge, failure);
  }
  intentFails(world, owner, intent, charge, failure, waiting.method);
  return 'failed';
}

function charged(
  world: World,
  owner: Owner,
  session: Session,
  intent: Intent,
  method: Method,
  details: Stripe.Charge.PaymentMethodDetails,
): Charge {
  const client = session.customer_details;
  const charge = newCharge(world, owner, intent, {
    method,
    details,
    email: client?.email ?? null,
    name: client?.name ?? null,
    country: client?.address?.country ?? null,
  });
  world.put('charge', owner, charge);
  return charge;
}

function chargeSucceeds(world: World, owner: Owner, intent: Intent, charge: Charge): void {
  change(charge, {
    status: 'succeeded',
    paid: true,
    captured: true,
    amount_captured: charge.amount,
    outcome: outcomeOf('authorized', 'approved_by_network', null, 'Payment complete.'),
    receipt_url: receiptUrl(world, charge),
  });
  change(intent, {
    status: 'succeeded',
    amount_received: intent.amount,
    latest_charge: charge.id,
    last_payment_error: null,
    next_action: null,
  });
  emit(world, owner, 'charge.succeeded', charge);
  emit(world, owner, 'payment_intent.succeeded', intent);
}

/** The balance knows of the money last: since 2024-04 Stripe captures asynchronously, and `charge.succeeded` has no transaction yet. */
function balance(world: World, owner: Owner, charge: Charge): void {
  const transaction = chargeTransaction(world, charge);
  world.put('transaction', owner, transaction);
  const before = change(charge, { balance_transaction: transaction.id });
  emit(world, owner, 'charge.updated', charge, before);
}

function chargeFails(world: World, owner: Owner, charge: Charge, { code, decline_code, message }: Failure): void {
  change(charge, {
    status: 'failed',
    failure_code: code,
    failure_message: message,
    outcome: outcomeOf(
      'issuer_declined',
      'declined_by_network',
      decline_code ?? code,
      'The bank did not return any further details with this decline.',
    ),
  });
  emit(world, owner, 'charge.failed', charge);
}

function intentFails(world: World, owner: Owner, intent: Intent, charge: Charge | null, failure: Failure, method: Method): void {
  const { code, decline_code, message } = failure;
  change(intent, {
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    ...(charge ? { latest_charge: charge.id } : {}),
    last_payment_error: {
      type: method === 'card' && charge ? 'card_error' : 'invalid_request_error',
      code,
      message,
      payment_method_type: method,
      doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`,
      ...(decline_code === undefined ? {} : { decline_code }),
      ...(charge ? { charge: charge.id } : {}),
    },
  });
  emit(world, owner, 'payment_intent.payment_failed', intent);
}

/** The client is through: the session is complete, paid or not. */
function complete(world: World, owner: Owner, session: Session, status: 'paid' | 'unpaid'): void {
  change(session, { status: 'complete', payment_status: status, url: null });
  emit(world, owner, 'checkout.session.completed', session);
}

/** Like Stripe since 2022-08: the payment exists from the first attempt on. One that was canceled with its session gives way to another. */
function intentOf(world: World, owner: Owner, session: Session): Intent {
  const known = session.payment_intent === null ? undefined : world.find('intent', owner, idOf(session.payment_intent));
  if (known && known.status !== 'canceled') return known;
  const intent = newIntent(world, owner, session, world.behind(session.id).intent);
  world.put('intent', owner, intent);
  change(session, { payment_intent: intent.id });
  emit(world, owner, 'payment_intent.created', intent);
  return intent;
}

function rememberClient(session: Session, { email, name }: Attempt): void {
  const known = session.customer_email ?? session.customer_details?.email ?? null;
  change(session, { customer_details: customerDetails(email ?? known ?? PAYPAL_EMAIL, name ?? 'Camille Martin', 'FR') });
}

function outcomeOf(type: string, network: string, reason: string | null, words: string): Stripe.Charge.Outcome {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: network,
    reason,
    risk_level: 'normal',
    risk_score: 12,
    seller_message: words,
    type,
  };
}

function idOf(reference: string | { id: string } | null): string {
  if (reference === null) throw new Error('there is no reference');
  return typeof reference === 'string' ? reference : reference.id;
}

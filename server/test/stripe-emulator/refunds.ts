import type Stripe from 'stripe';
import { missing, refused } from './errors.ts';
import { change, emit } from './events.ts';
import { formatAmount } from './money.ts';
import { newRefund, refundFailureTransaction, refundTransaction } from './objects/money.ts';
import type { Owner } from './state.ts';
import type { World } from './world.ts';

type Params = Stripe.RefundCreateParams;

/** Gives money back. Throws an ApiError in Stripe's words where there is none, or not so much. `pending`: the bank takes its time. */
export function refund(world: World, owner: Owner, params: Params, pending = false): Stripe.Refund {
  const charge = chargeOf(world, owner, params);
  const left = charge.amount_captured - charge.amount_refunded;
  if (charge.refunded || left <= 0) throw refused(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  if (disputedForGood(world, owner, charge))
    throw refused(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' });
  const amount = params.amount ?? left;
  if (amount < 1) throw refused('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' });
  if (amount > left) {
    const [asked, unrefunded] = [amount, left].map((value) => formatAmount(value, charge.currency, 'en'));
    throw refused(`Refund amount (${asked}) is greater than unrefunded amount on charge (${unrefunded})`, { param: 'amount' });
  }
  const { reason = null, metadata } = params;
  const made = newRefund(world, charge, { amount, status: pending ? 'pending' : 'succeeded', reason, metadata });
  const transaction = refundTransaction(world, made, charge.id.startsWith('py_'));
  made.balance_transaction = transaction.id;
  world.put('transaction', owner, transaction);
  world.put('refund', owner, made);
  const refunded = charge.amount_refunded + amount;
  const before = change(charge, { amount_refunded: refunded, refunded: refunded === charge.amount_captured });
  emit(world, owner, 'refund.created', made);
  emit(world, owner, 'charge.refunded', charge, before);
  return made;
}

/** A pending refund has arrived. Throws where it is not pending. */
export function arrive(world: World, id: string): Stripe.Refund {
  const { owner, object } = world.get('refund', id);
  if (object.status !== 'pending') throw new Error(`the refund is ${object.status}`);
  const before = { ...change(object, { status: 'succeeded' }), pending_reason: object.pending_reason };
  delete object.pending_reason;
  emit(world, owner, 'refund.updated', object, before);
  emit(world, owner, 'charge.refund.updated', object, before);
  return object;
}

/** A refund comes back from the bank, even one that had succeeded: the money is ours again. Throws where it has failed already. */
export function failRefund(world: World, id: string, reason = 'expired_or_canceled_card'): Stripe.Refund {
  const { owner, object } = world.get('refund', id);
  if (object.status === 'failed') throw new Error('the refund has failed already');
  const transaction = refundFailureTransaction(world, object);
  world.put('transaction', owner, transaction);
  const before = { ...change(object, { status: 'failed' }), failure_balance_transaction: null, failure_reason: null };
  delete object.pending_reason;
  Object.assign(object, { failure_balance_transaction: transaction.id, failure_reason: reason });
  const charge = world.get('charge', object.charge as string).object;
  const chargeBefore = change(charge, { amount_refunded: charge.amount_refunded - object.amount, refunded: false });
  emit(world, owner, 'refund.failed', object, before);
  emit(world, owner, 'refund.updated', object, before);
  emit(world, owner, 'charge.refund.updated', object, before);
  emit(world, owner, 'charge.updated', charge, chargeBefore);
  return object;
}

function chargeOf(world: World, owner: Owner, { charge, payment_intent: intent }: Params): Stripe.Charge {
  if (charge !== undefined && intent !== undefined)
    throw refused('You may only specify one of these parameters: charge, payment_intent.', {
      code: 'parameters_exclusive',
      param: 'charge',
    });
  if (charge !== undefined) {
    const found = world.find('charge', owner, charge);
    if (!found) throw missing('charge', charge, 'charge');
    if (found.status !== 'succeeded')
      throw refused(`Charge ${charge} cannot be refunded: its status is ${found.status}.`, { code: 'charge_not_refundable' });
    return found;
  }
  if (intent === undefined)
    throw refused('One of the following params should be provided for this request: payment_intent or charge.', {
      code: 'parameter_missing',
    });
  const found = world.find('intent', owner, intent);
  if (!found) throw missing('payment_intent', intent, 'payment_intent');
  const latest = found.latest_charge === null ? undefined : world.find('charge', owner, found.latest_charge as string);
  if (latest?.status !== 'succeeded') throw refused(`This PaymentIntent (${intent}) does not have a successful charge to refund.`);
  return latest;
}

/** An inquiry may still be refunded; that ends it. A dispute may not, unless it was won. */
function disputedForGood(world: World, owner: Owner, charge: Stripe.Charge): boolean {
  return world
    .all('dispute', owner)
    .some((dispute) => dispute.charge === charge.id && !dispute.is_charge_refundable && dispute.status !== 'won');
}

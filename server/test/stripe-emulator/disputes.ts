import type Stripe from 'stripe';
import { refused } from './errors.ts';
import { change, emit } from './events.ts';
import { disputeTransaction, newDispute } from './objects/money.ts';
import type { Owner } from './state.ts';
import type { World } from './world.ts';

type Dispute = Stripe.Dispute;

export interface DisputeInput {
  /** An inquiry takes no money (yet). */
  inquiry?: boolean | undefined;
  reason?: string | undefined;
  /** All of the charge unless said. */
  amount?: number | undefined;
}

/** The client's bank disputes a charge: its money is taken at once, unless it only inquires. */
export function openDispute(world: World, owner: Owner, charge: Stripe.Charge, input: DisputeInput): Dispute {
  const { inquiry = false, reason = 'fraudulent', amount = charge.amount } = input;
  if (charge.status !== 'succeeded') throw new Error(`the charge is ${charge.status}`);
  const dispute = newDispute(world, charge, inquiry, reason, amount);
  world.put('dispute', owner, dispute);
  const before = change(charge, { disputed: true });
  emit(world, owner, 'charge.dispute.created', dispute);
  emit(world, owner, 'charge.updated', charge, before);
  if (!inquiry) withdraw(world, owner, dispute);
  return dispute;
}

/** The owner hands in evidence, or the bank an answer: the state moves. Throws where it is over. */
export function review(world: World, id: string): Dispute {
  const { owner, object } = world.get('dispute', id);
  const inquiry = isInquiry(object);
  checkOpen(object);
  const before = change(object, { status: inquiry ? 'warning_under_review' : 'under_review' });
  emit(world, owner, 'charge.dispute.updated', object, before);
  return object;
}

/** An inquiry becomes a dispute: now the money goes. */
export function escalate(world: World, id: string): Dispute {
  const { owner, object } = world.get('dispute', id);
  if (!isInquiry(object) || object.status === 'warning_closed') throw new Error(`the dispute is ${object.status}`);
  const before = change(object, { status: 'needs_response', is_charge_refundable: false });
  emit(world, owner, 'charge.dispute.updated', object, before);
  withdraw(world, owner, object);
  return object;
}

/** The bank decides. A won dispute gives the money back, an inquiry is closed without any. */
export function decide(world: World, id: string, outcome: 'won' | 'lost'): Dispute {
  const { owner, object } = world.get('dispute', id);
  checkOpen(object);
  if (isInquiry(object)) {
    // What is lost of an inquiry is a dispute first.
    if (outcome === 'lost') {
      escalate(world, id);
      return decide(world, id, 'lost');
    }
    change(object, { status: 'warning_closed' });
  } else {
    change(object, { status: outcome });
  }
  emit(world, owner, 'charge.dispute.closed', object);
  if (object.status === 'won') reinstate(world, owner, object);
  return object;
}

/** The owner accepts a dispute through the API: it is lost. Throws an ApiError where it is over. */
export function closeByOwner(world: World, dispute: Dispute): Dispute {
  if (dispute.status !== 'needs_response' && dispute.status !== 'warning_needs_response')
    throw refused('This dispute is already closed', { param: 'dispute' });
  return decide(world, dispute.id, 'lost');
}

function withdraw(world: World, owner: Owner, dispute: Dispute): void {
  move(world, owner, dispute, false);
  emit(world, owner, 'charge.dispute.funds_withdrawn', dispute);
}

function reinstate(world: World, owner: Owner, dispute: Dispute): void {
  move(world, owner, dispute, true);
  emit(world, owner, 'charge.dispute.funds_reinstated', dispute);
}

function move(world: World, owner: Owner, dispute: Dispute, back: boolean): void {
  const transaction = disputeTransaction(world, dispute, back);
  world.put('transaction', owner, transaction);
  dispute.balance_transactions.push(transaction);
}

function checkOpen(dispute: Dispute): void {
  if (['won', 'lost', 'warning_closed'].includes(dispute.status)) throw new Error(`the dispute is ${dispute.status}`);
}

function isInquiry(dispute: Dispute): boolean {
  return dispute.status.startsWith('warning_');
}

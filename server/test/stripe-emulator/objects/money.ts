import type Stripe from 'stripe';
import { newId } from '../ids.ts';
import type { World } from '../world.ts';
import { metadataOf } from './session.ts';

const DAY = 86_400;
/** What a dispute costs, in minor units; given back when it is won. */
const DISPUTE_FEE = 2000;

type Transaction = Stripe.BalanceTransaction;

interface Movement {
  type: Transaction['type'];
  category: string;
  amount: number;
  fee: number;
  currency: string;
  source: string;
  description: string | null;
}

function newTransaction(world: World, movement: Movement): Transaction {
  const { type, category, amount, fee, currency, source, description } = movement;
  const created = world.now();
  return {
    id: newId('txn_3'),
    object: 'balance_transaction',
    amount,
    available_on: created + 2 * DAY,
    balance_type: 'payments',
    created,
    currency,
    description,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [{ amount: fee, application: null, currency, description: 'Stripe processing fees', type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: category,
    source,
    status: 'pending',
    type,
  };
}

/** What a charge brings: the fee is that of a European card, 1.5 % and 25 minor units. */
export function chargeTransaction(world: World, charge: Stripe.Charge): Transaction {
  const type = charge.id.startsWith('py_') ? 'payment' : 'charge';
  const fee = Math.min(charge.amount, Math.round(charge.amount * 0.015) + 25);
  const { amount, currency, id: source, description } = charge;
  return newTransaction(world, { type, category: 'charge', amount, fee, currency, source, description });
}

/** What a refund takes. */
export function refundTransaction(world: World, refund: Stripe.Refund, payment: boolean): Transaction {
  const type = payment ? 'payment_refund' : 'refund';
  const { currency, id: source } = refund;
  return newTransaction(world, {
    type,
    category: 'refund',
    amount: -refund.amount,
    fee: 0,
    currency,
    source,
    description: 'REFUND FOR PAYMENT',
  });
}

/** What a failed refund gives back. */
export function refundFailureTransaction(world: World, refund: Stripe.Refund): Transaction {
  const { amount, currency, id: source } = refund;
  return newTransaction(world, {
    type: 'refund_failure',
    category: 'refund_failure',
    amount,
    fee: 0,
    currency,
    source,
    description: 'REFUND FAILURE',
  });
}

/** What a dispute takes (`back`: what it gives back when it is won). */
export function disputeTransaction(world: World, dispute: Stripe.Dispute, back: boolean): Transaction {
  const sign = back ? 1 : -1;
  const charge = typeof dispute.charge === 'string' ? dispute.charge : dispute.charge.id;
  return newTransaction(world, {
    type: 'adjustment',
    category: back ? 'dispute_reversal' : 'dispute',
    amount: sign * dispute.amount,
    fee: -sign * DISPUTE_FEE,
    currency: dispute.currency,
    source: dispute.id,
    description: `Chargeback ${back ? 'reversal' : 'withdrawal'} for ${charge}`,
  });
}

export interface RefundInput {
  amount: number;
  status: 'succeeded' | 'pending';
  reason: Stripe.RefundCreateParams.Reason | null;
  metadata: Stripe.RefundCreateParams['metadata'];
}

export function newRefund(world: World, charge: Stripe.Charge, input: RefundInput): Stripe.Refund {
  const card = charge.payment_method_details?.type === 'card';
  const method = card ? { card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' } } : {};
  return {
    id: newId(charge.id.startsWith('py_') ? 'pyr_1' : 're_3'),
    object: 'refund',
    amount: input.amount,
    balance_transaction: null,
    charge: charge.id,
    created: world.now(),
    currency: charge.currency,
    customer: null,
    customer_account: null,
    destination_details: { ...method, type: charge.payment_method_details?.type ?? 'card' },
    metadata: metadataOf(input.metadata),
    payment_intent: charge.payment_intent,
    payment_method: null,
    ...(input.status === 'pending' ? { pending_reason: 'processing' as const } : {}),
    reason: input.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: input.status,
    transfer_reversal: null,
  };
}

/** A dispute; an inquiry takes no money yet. */
export function newDispute(world: World, charge: Stripe.Charge, inquiry: boolean, reason: string, amount: number): Stripe.Dispute {
  return {
    id: newId('du_1'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: world.now(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: world.now() + 7 * DAY,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: charge.livemode,
    metadata: {},
    payment_intent: charge.payment_intent,
    ...(charge.payment_method_details?.type === 'card' ? cardDispute(charge, inquiry) : {}),
    reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  };
}

function cardDispute(charge: Stripe.Charge, inquiry: boolean): Pick<Stripe.Dispute, 'payment_method_details'> {
  const brand = charge.payment_method_details?.card?.brand ?? 'visa';
  const card = { brand, case_type: inquiry ? 'inquiry' : 'chargeback', network: brand, network_reason_code: '83' } as const;
  return { payment_method_details: { card, type: 'card' } };
}

const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

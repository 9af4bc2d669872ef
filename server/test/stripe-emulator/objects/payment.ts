import type Stripe from 'stripe';
import { newId } from '../ids.ts';
import type { Method } from '../methods.ts';
import type { Owner } from '../state.ts';
import type { World } from '../world.ts';
import { metadataOf } from './session.ts';

/** The payment of a session, when its client first tries to pay. */
export function newIntent(
  world: World,
  owner: Owner,
  session: Stripe.Checkout.Session,
  data: Stripe.Checkout.SessionCreateParams.PaymentIntentData,
): Stripe.PaymentIntent {
  const id = newId('pi_3');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: session.amount_total ?? 0,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${newId('', 25)}`,
    confirmation_method: 'automatic',
    created: world.now(),
    currency: session.currency ?? '',
    customer: null,
    customer_account: null,
    description: data.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: owner.livemode,
    managed_payments: null,
    metadata: metadataOf(data.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: [...session.payment_method_types],
    payment_record: null,
    processing: null,
    receipt_email: data.receipt_email ?? null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: data.statement_descriptor ?? null,
    statement_descriptor_suffix: data.statement_descriptor_suffix ?? null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: data.transfer_group ?? null,
  };
}

export interface ChargeInput {
  method: Method;
  details: Stripe.Charge.PaymentMethodDetails;
  email: string | null;
  name: string | null;
  country: string | null;
}

/** A charge that has just been asked for; `state` moves it on. */
export function newCharge(world: World, owner: Owner, intent: Stripe.PaymentIntent, input: ChargeInput): Stripe.Charge {
  const { method, details, email, name, country } = input;
  // Stripe calls what is no card a payment: its ids begin otherwise, and neither may be guessed from the other.
  const id = newId(method === 'card' ? 'ch_3' : 'py_3');
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: {
      address: { city: null, country, line1: null, line2: null, postal_code: null, state: null },
      email,
      name,
      phone: null,
      tax_id: null,
    },
    calculated_statement_descriptor: method === 'card' ? 'EMULATED' : null,
    captured: false,
    created: world.now(),
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: owner.livemode,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: null,
    paid: false,
    payment_intent: intent.id,
    payment_method: intent.payment_method as string,
    payment_method_details: details,
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: 'pending',
    transfer_data: null,
    transfer_group: intent.transfer_group,
  };
}

export function receiptUrl(world: World, charge: Stripe.Charge): string {
  return `${world.settings.base}/receipts/${charge.id}/${newId('rcpt_', 32)}`;
}

/** What a card shows of itself on a charge. */
export function cardDetails(number: string, amount: number, authenticated: boolean): Stripe.Charge.PaymentMethodDetails {
  const brand = brandOf(number);
  return {
    type: 'card',
    card: {
      amount_authorized: amount,
      authorization_code: null,
      brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'FR',
      electronic_commerce_indicator: null,
      exp_month: 12,
      exp_year: new Date().getUTCFullYear() + 3,
      fingerprint: newId('', 16),
      funding: 'credit',
      installments: null,
      last4: number.slice(-4),
      mandate: null,
      network: brand,
      network_transaction_id: newId('', 15),
      regulated_status: 'unregulated',
      three_d_secure: authenticated ? threeDSecure() : null,
      transaction_link_id: null,
      wallet: null,
    },
  };
}

function threeDSecure(): Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure {
  return {
    authentication_flow: 'challenge',
    electronic_commerce_indicator: '05',
    exemption_indicator: null,
    result: 'authenticated',
    result_reason: null,
    transaction_id: newId('', 36),
    version: '2.2.0',
  };
}

function brandOf(number: string): string {
  if (number.startsWith('5')) return 'mastercard';
  return number.startsWith('3') ? 'amex' : 'visa';
}

export function paypalDetails(email: string): Stripe.Charge.PaymentMethodDetails {
  return {
    type: 'paypal',
    paypal: {
      country: 'FR',
      payer_email: email,
      payer_id: newId('', 13).toUpperCase(),
      payer_name: 'Camille Martin',
      seller_protection: { dispute_categories: ['fraudulent', 'product_not_received'], status: 'eligible' },
      transaction_id: newId('', 17).toUpperCase(),
    },
  };
}

export function debitDetails(iban: string): Stripe.Charge.PaymentMethodDetails {
  return {
    type: 'sepa_debit',
    sepa_debit: {
      bank_code: iban.slice(4, 9),
      branch_code: iban.startsWith('FR') ? iban.slice(9, 14) : '',
      country: iban.slice(0, 2),
      fingerprint: newId('', 16),
      last4: iban.slice(-4),
      mandate: newId('mandate_1'),
    },
  };
}

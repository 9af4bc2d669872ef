import type Stripe from 'stripe';
import { newId } from '../ids.ts';
import type { Method } from '../methods.ts';
import type { Owner } from '../state.ts';
import type { World } from '../world.ts';

export interface SessionInput {
  params: Stripe.Checkout.SessionCreateParams;
  methods: Method[];
  currency: string;
  total: number;
  expiresAt: number;
}

/** A session as it stands when it has just been made. */
export function newSession(world: World, owner: Owner, input: SessionInput): Stripe.Checkout.Session {
  const { params, methods, currency, total, expiresAt } = input;
  const id = newId(owner.livemode ? 'cs_live_a1' : 'cs_test_a1', 58);
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: params.adaptive_pricing?.enabled ?? false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    client_secret: null,
    collected_information: { business_name: null, individual_name: null, shipping_details: null },
    consent: null,
    consent_collection: null,
    created: world.now(),
    currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: null,
    customer_account: null,
    customer_creation: 'if_required',
    customer_details: params.customer_email === undefined ? null : customerDetails(params.customer_email, null, null),
    customer_email: params.customer_email ?? null,
    discounts: [],
    expires_at: expiresAt,
    integration_identifier: params.integration_identifier ?? null,
    invoice: null,
    invoice_creation: {
      enabled: false,
      invoice_data: {
        account_tax_ids: null,
        custom_fields: null,
        description: null,
        footer: null,
        issuer: null,
        metadata: {},
        rendering_options: null,
      },
    },
    livemode: owner.livemode,
    locale: params.locale ?? null,
    managed_payments: { enabled: false },
    metadata: metadataOf(params.metadata),
    mode: 'payment',
    origin_context: params.origin_context ?? null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: methods.includes('card') ? { card: { request_three_d_secure: 'automatic' } } : {},
    payment_method_types: methods,
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: params.submit_type ?? null,
    subscription: null,
    success_url: params.success_url ?? null,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${world.settings.base}/c/pay/${id}`,
    wallet_options: null,
  };
}

export function customerDetails(
  email: string | null,
  name: string | null,
  country: string | null,
): Stripe.Checkout.Session.CustomerDetails {
  const address = country === null ? null : { city: null, country, line1: null, line2: null, postal_code: null, state: null };
  return { address, business_name: null, email, individual_name: null, name, phone: null, tax_exempt: 'none', tax_ids: [] };
}

/** What a session sells, one line at a time. */
export function newLine(item: Stripe.Checkout.SessionCreateParams.LineItem, owner: Owner, created: number): Stripe.LineItem {
  const { price_data: price, quantity = 1 } = item;
  const amount = price?.unit_amount ?? 0;
  const currency = price?.currency ?? '';
  const total = amount * quantity;
  return {
    id: newId('li_1'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: total,
    amount_tax: 0,
    amount_total: total,
    currency,
    description: price?.product_data?.name ?? null,
    metadata: {},
    price: {
      id: newId('price_1'),
      object: 'price',
      active: false,
      billing_scheme: 'per_unit',
      created,
      currency,
      custom_unit_amount: null,
      livemode: owner.livemode,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product: newId('prod_', 14),
      recurring: null,
      tax_behavior: 'unspecified',
      tiers_mode: null,
      transform_quantity: null,
      type: 'one_time',
      unit_amount: amount,
      // On the wire it is text; the SDK makes its own number of it.
      unit_amount_decimal: String(amount) as unknown as Stripe.Price['unit_amount_decimal'],
    },
    quantity,
  };
}

/** Metadata as it is kept: an empty value unsets. */
export function metadataOf(params: Stripe.Emptyable<Stripe.MetadataParam> | undefined): Stripe.Metadata {
  if (!params) return {};
  return Object.fromEntries(
    Object.entries(params).flatMap(([key, value]) => (value === null || value === '' ? [] : [[key, String(value)]])),
  );
}

import type Stripe from 'stripe';
import { refused } from './errors.ts';
import { change, emit } from './events.ts';
import { capabilityOf, METHODS, takesCurrency, type Method } from './methods.ts';
import { checkCurrency, checkTotal, checkUnitAmount } from './money.ts';
import { newLine, newSession } from './objects/session.ts';
import type { Account, Owner } from './state.ts';
import type { World } from './world.ts';

type Params = Stripe.Checkout.SessionCreateParams;
type Session = Stripe.Checkout.Session;

const MINUTE = 60;
const SHORTEST = 30 * MINUTE;
const LONGEST = 24 * 60 * MINUTE;
/** How long a session may have been on its way to us and still be in time. */
const LEEWAY = MINUTE;
const MAX_LINES = 100;
/** What the emulator does something with; Stripe knows more. */
const IMPLEMENTED = new Set(
  (
    'adaptive_pricing allowed_payment_method_types cancel_url client_reference_id customer_email excluded_payment_method_types expand expires_at ' +
    'integration_identifier line_items locale metadata mode origin_context payment_intent_data submit_type success_url ui_mode'
  ).split(' '),
);
const IMPLEMENTED_OF_INTENT = new Set(
  'description metadata receipt_email statement_descriptor statement_descriptor_suffix transfer_group'.split(' '),
);
const IMPLEMENTED_OF_LINE = new Set(['price_data', 'quantity']);

/** Makes a session. Throws an ApiError for what Stripe would refuse, and for what only the emulator does not do. */
export function createSession(world: World, owner: Owner, params: Params): Session {
  checkImplemented(params, IMPLEMENTED);
  checkImplemented(params.payment_intent_data ?? {}, IMPLEMENTED_OF_INTENT, 'payment_intent_data');
  if (params.mode !== 'payment') throw notEmulated('mode', `the mode ${params.mode ?? 'of no name'}`);
  if (params.ui_mode !== undefined && params.ui_mode !== 'hosted_page') throw notEmulated('ui_mode', params.ui_mode);
  checkUrl(params.success_url, 'success_url');
  if (params.cancel_url !== undefined) checkUrl(params.cancel_url, 'cancel_url');
  if (params.customer_email !== undefined) checkEmail(params.customer_email, 'customer_email');
  const receipt = params.payment_intent_data?.receipt_email;
  if (receipt !== undefined) checkEmail(receipt, 'payment_intent_data[receipt_email]');
  const currency = checkLines(params.line_items ?? []);
  const lines = (params.line_items ?? []).map((item) => newLine(item, owner, world.now()));
  const total = lines.reduce((sum, line) => sum + line.amount_total, 0);
  checkTotal(total, currency);
  const methods = methodsOf(world.state.accounts[owner.account], params, currency);
  const session = newSession(world, owner, { params, methods, currency, total, expiresAt: expiryOf(world, params) });
  world.put('session', owner, session);
  world.state.behind[session.id] = { lines, intent: params.payment_intent_data ?? {}, waiting: null, failure: null, payable: false };
  return session;
}

/** Ends a session before its time. Throws an ApiError where it is over already. */
export function expireByHand(world: World, owner: Owner, session: Session): Session {
  if (session.status !== 'open')
    throw refused(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
    );
  expire(world, owner, session);
  return session;
}

/** Ends what has outlived its time; what is being paid at this moment as well. Says whether there was any. */
export function expireDue(world: World): boolean {
  const rows = Object.values(world.state.objects.session);
  const due = rows.filter(({ object: session }) => session.status === 'open' && session.expires_at <= world.now());
  for (const { owner, object } of due) expire(world, owner, object);
  return due.length > 0;
}

function expire(world: World, owner: Owner, session: Session): void {
  change(session, { status: 'expired', url: null });
  world.behind(session.id).waiting = null;
  const intent = typeof session.payment_intent === 'string' ? world.find('intent', owner, session.payment_intent) : undefined;
  if (intent && intent.status !== 'succeeded') {
    change(intent, { status: 'canceled', canceled_at: world.now(), cancellation_reason: 'automatic', next_action: null });
    emit(world, owner, 'payment_intent.canceled', intent);
  }
  emit(world, owner, 'checkout.session.expired', session);
}

/** The methods Stripe would offer: what the account has and the currency allows, narrowed by what is allowed and excluded. */
function methodsOf(account: Account | undefined, params: Params, currency: string): Method[] {
  const { allowed_payment_method_types: allowed, excluded_payment_method_types: excluded } = params;
  const offered = METHODS.filter(
    (method) =>
      account?.capabilities[capabilityOf(method)] === 'active' &&
      takesCurrency(method, currency) &&
      (allowed === undefined || allowed.includes(method)) &&
      !excluded?.includes(method),
  );
  if (offered.length === 0)
    throw refused(
      'No valid payment method types for this Checkout Session. Please ensure that you have activated payment methods compatible with your chosen currency in your dashboard (https://dashboard.stripe.com/settings/payment_methods).',
    );
  return offered;
}

/** The currency of all lines. */
function checkLines(items: Stripe.Checkout.SessionCreateParams.LineItem[]): string {
  if (items.length === 0) throw refused('Missing required param: line_items.', { code: 'parameter_missing', param: 'line_items' });
  if (items.length > MAX_LINES)
    throw refused(`You can only pass up to ${MAX_LINES} items for this parameter, but you passed in ${items.length} items.`, {
      param: 'line_items',
    });
  const currencies = new Set(items.map(checkLine));
  const [currency = ''] = currencies;
  if (currencies.size > 1) throw refused('All line items must have the same currency.', { param: 'line_items' });
  return currency;
}

function checkLine(item: Stripe.Checkout.SessionCreateParams.LineItem, index: number): string {
  const param = `line_items[${index}]`;
  checkImplemented(item, IMPLEMENTED_OF_LINE, param);
  const price = item.price_data;
  if (!price) throw notEmulated(`${param}[price]`, 'a line without price_data');
  if (price.recurring) throw notEmulated(`${param}[price_data][recurring]`, 'recurring prices');
  if (!price.product_data) throw required(`${param}[price_data][product_data]`);
  if (price.unit_amount === undefined) throw required(`${param}[price_data][unit_amount]`);
  if (item.quantity === undefined) throw required(`${param}[quantity]`);
  if (item.quantity < 1)
    throw refused('This value must be greater than or equal to 1.', { code: 'parameter_invalid_integer', param: `${param}[quantity]` });
  checkCurrency(price.currency, `${param}[price_data][currency]`);
  checkUnitAmount(price.unit_amount, price.currency, `${param}[price_data][unit_amount]`);
  return price.currency;
}

function expiryOf(world: World, { expires_at: wanted }: Params): number {
  const now = world.now();
  if (wanted === undefined) return now + LONGEST;
  if (wanted < now + SHORTEST - LEEWAY)
    throw refused('The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.', { param: 'expires_at' });
  if (wanted > now + LONGEST + LEEWAY)
    throw refused('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', { param: 'expires_at' });
  return wanted;
}

function checkUrl(url: string | undefined, param: string): void {
  if (url === undefined) throw required(param);
  const placed = url.replaceAll('{CHECKOUT_SESSION_ID}', 'cs');
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(placed) || !URL.canParse(placed)) throw refused('Not a valid URL', { code: 'url_invalid', param });
}

function checkEmail(email: string, param: string): void {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) throw refused(`Invalid email address: ${email}`, { code: 'email_invalid', param });
}

function checkImplemented(given: object, implemented: Set<string>, param = ''): void {
  for (const name of Object.keys(given))
    if (!implemented.has(name)) throw notEmulated(param === '' ? name : `${param}[${name}]`, 'this parameter');
}

function required(param: string) {
  return refused(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

/** Stripe would take it; whoever meets this has to extend the emulator. */
function notEmulated(param: string, what: string) {
  return refused(`The emulator does not do ${what}.`, { param });
}

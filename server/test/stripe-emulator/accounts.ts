import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type Stripe from 'stripe';
import { invalidKey, noKey, notPermitted } from './errors.ts';
import { API_VERSION } from './events.ts';
import { newId } from './ids.ts';
import type { Account, Endpoint, Key } from './state.ts';
import type { World } from './world.ts';

/** An account with its keys and endpoints, as a test or the demo names them. What is given again is changed, not doubled. */
export interface AccountInput {
  /** `acct_…`; made up unless given. */
  id?: string | undefined;
  name?: string | undefined;
  email?: string | undefined;
  country?: string | undefined;
  currency?: string | undefined;
  /** All that the emulator knows are active unless said otherwise: `{paypal_payments: 'inactive'}`. */
  capabilities?: Account['capabilities'] | undefined;
  keys?: KeyInput[] | undefined;
  endpoints?: EndpointInput[] | undefined;
  /** The endpoints take the place of those of before, which may have had other addresses; what had not arrived there goes to them. */
  replaceEndpoints?: boolean | undefined;
}

export interface KeyInput {
  /** `sk_test_…`, `rk_live_…`: the mode follows from it. */
  secret: string;
  /** Permissions a restricted key lacks: `checkout_session_write`, `charge_write` (refunds), `payment_intent_read`, … */
  denied?: string[] | undefined;
}

export interface EndpointInput {
  url: string;
  /** `whsec_…`; made up unless given. */
  secret?: string | undefined;
  livemode?: boolean | undefined;
  apiVersion?: string | undefined;
  /** Types of events; all unless given. */
  events?: string[] | undefined;
}

export interface Registered {
  account: Account;
  endpoints: Endpoint[];
}

const ACTIVE: Account['capabilities'] = {
  card_payments: 'active',
  paypal_payments: 'active',
  sepa_debit_payments: 'active',
  transfers: 'active',
};

/** Makes or changes an account. Throws for a key or secret that is none of Stripe's. */
export function register(world: World, input: AccountInput): Registered {
  const id = input.id ?? newId('acct_1', 15);
  const { name, email, country, currency, capabilities } = input;
  const known = world.state.accounts[id];
  const account: Account = {
    id,
    name: name ?? known?.name ?? 'Emulated account',
    email: email ?? known?.email ?? 'owner@example.com',
    country: country ?? known?.country ?? 'FR',
    currency: currency ?? known?.currency ?? 'eur',
    capabilities: { ...(known?.capabilities ?? ACTIVE), ...capabilities },
  };
  world.state.accounts[id] = account;
  for (const key of input.keys ?? []) addKey(world, id, key);
  const replaced = input.replaceEndpoints === true ? endpointsOf(world, id) : [];
  const endpoints = (input.endpoints ?? []).map((endpoint) => addEndpoint(world, id, endpoint, replaced));
  for (const { id: gone } of replaced) delete world.state.endpoints[gone];
  return { account, endpoints };
}

function endpointsOf(world: World, account: string): Endpoint[] {
  return Object.values(world.state.endpoints).filter((one) => one.account === account);
}

function addKey(world: World, account: string, { secret, denied = [] }: KeyInput): void {
  const mode = /^[sr]k_(test|live)_\w+$/.exec(secret)?.[1];
  if (mode === undefined) throw new Error('a key looks like sk_test_… or rk_live_…');
  world.state.keys[secret] = { secret, account, livemode: mode === 'live', denied };
}

/** An endpoint is known by its address, within an account and mode; or it takes the place of one that is to be replaced. */
function addEndpoint(world: World, account: string, input: EndpointInput, replaced: Endpoint[]): Endpoint {
  const { url, livemode = false, apiVersion = API_VERSION, events = ['*'] } = input;
  const fitting = endpointsOf(world, account).filter((one) => one.livemode === livemode);
  const known = fitting.find((one) => one.url === url) ?? replaced.find((one) => fitting.includes(one));
  if (known && replaced.includes(known)) replaced.splice(replaced.indexOf(known), 1);
  const secret = input.secret ?? known?.secret ?? `whsec_${randomBytes(24).toString('base64url')}`;
  if (!secret.startsWith('whsec_')) throw new Error('the secret of an endpoint looks like whsec_…');
  const endpoint: Endpoint = { id: known?.id ?? newId('we_1'), account, livemode, url, secret, apiVersion, events };
  world.state.endpoints[endpoint.id] = endpoint;
  return endpoint;
}

/** Whose key a call carries: `Bearer <key>`, or the user of `Basic`. Throws an ApiError for none or an unknown one. */
export function authenticate(world: World, headers: IncomingHttpHeaders): Key {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ');
  const secret =
    scheme === 'Basic' ? (Buffer.from(value, 'base64').toString('utf8').split(':')[0] ?? '') : scheme === 'Bearer' ? value : '';
  if (secret === '') throw noKey();
  const key = Object.hasOwn(world.state.keys, secret) ? world.state.keys[secret] : undefined;
  if (!key) throw invalidKey(secret);
  return key;
}

/** Throws an ApiError where a restricted key may not do this. */
export function permit(key: Key, permission: string): void {
  if (key.denied.includes(permission)) throw notPermitted(key.secret, key.account, permission);
}

/** An account as the API shows it. */
export function accountObject(account: Account): Stripe.Account {
  const { id, name, email, country, currency, capabilities } = account;
  return {
    id,
    object: 'account',
    business_profile: {
      mcc: null,
      minority_owned_business_designation: null,
      name,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: null,
    },
    business_type: 'company',
    capabilities,
    charges_enabled: capabilities['card_payments'] === 'active',
    controller: { type: 'account' },
    country,
    created: 1_700_000_000,
    default_currency: currency,
    details_submitted: true,
    email,
    metadata: {},
    payouts_enabled: true,
    settings: {
      branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
      card_payments: { statement_descriptor_prefix: null, statement_descriptor_prefix_kana: null, statement_descriptor_prefix_kanji: null },
      dashboard: { display_name: name, timezone: 'Etc/UTC' },
      payments: {
        statement_descriptor: 'EMULATED',
        statement_descriptor_kana: null,
        statement_descriptor_kanji: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
    },
    type: 'standard',
  };
}

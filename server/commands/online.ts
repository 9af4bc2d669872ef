import type { OnlineMethod } from '../../shared/payment.ts';
import { Refusal } from '../../shared/refusal.ts';
import { StripeKeysSchema, type StripeKeys } from '../entities/index.ts';
import { companyView } from '../model/company.ts';
import type { CompanyScope, Result } from './scope.ts';

/** How the company takes payments online. What is secret comes sealed, by its door; absent: as before. */
export interface OnlineInput {
  key?: { sealed: Uint8Array; hint: string; test: boolean };
  webhookSecret?: Uint8Array;
  methods: OnlineMethod[];
  partial: boolean;
}

/** Keys and methods. Invoices are payable online once there is a key, what the webhook is signed with, and a method. */
export function saveOnline(scope: CompanyScope, input: OnlineInput): Result {
  const { methods, partial, key } = input;
  const keys = scope.loaded.stripe ?? firstKeys(scope, input);
  if (key) {
    keys.key = Buffer.from(key.sealed);
    keys.hint = key.hint;
    // Another key may be of another account, whose events are signed with another secret.
    keys.account = null;
    keys.test = key.test;
  }
  if (input.webhookSecret) {
    keys.webhookSecret = Buffer.from(input.webhookSecret);
    keys.heardAt = null;
  }
  keys.methods = methods;
  keys.partial = partial;
  keys.changedAt = scope.now;
  offer(scope, keys);
  return {};
}

/** No payment online any more, and the keys are gone. What was paid stays in the ledgers. */
export function removeOnline(scope: CompanyScope): Result {
  const { stripe } = scope.loaded;
  if (!stripe) return {};
  scope.remove(stripe);
  offer(scope, null);
  return {};
}

/** Stripe has said whose account the key is of. */
export function recordAccount(scope: CompanyScope, { account, hint }: { account: string; hint: string }): Result {
  const { stripe } = scope.loaded;
  // Another key may have been entered meanwhile.
  if (stripe?.hint === hint) stripe.account = account;
  return {};
}

function firstKeys(scope: CompanyScope, { key, webhookSecret, methods, partial }: OnlineInput): StripeKeys {
  if (!key) throw new Refusal('invalid_input', { faults: [{ pointer: '/key', rule: 'required', detail: 'a key of Stripe is needed' }] });
  return scope.add(StripeKeysSchema, {
    company: scope.loaded.company.id,
    key: Buffer.from(key.sealed),
    webhookSecret: webhookSecret ? Buffer.from(webhookSecret) : null,
    hint: key.hint,
    test: key.test,
    methods,
    partial,
    account: null,
    changedAt: scope.now,
    heardAt: null,
  });
}

function offer(scope: CompanyScope, keys: StripeKeys | null): void {
  const { company } = scope.loaded;
  const complete = keys !== null && keys.webhookSecret !== null && keys.methods.length > 0;
  company.online = complete ? { methods: keys.methods, partial: keys.partial, test: keys.test } : null;
  scope.say('company.changed', { company: companyView(company), fields: ['online'] });
}

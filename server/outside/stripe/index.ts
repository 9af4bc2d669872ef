import Stripe from 'stripe';
import { accountOf } from './account.ts';
import { heardOf } from './hear.ts';
import type { StripeAccounts } from './types.ts';

export { StripeTrouble } from './trouble.ts';
export type { Check, Found, StripeAccount, StripeAccounts } from './types.ts';

const TOLERANCE_S = 300;
const TIMEOUT_MS = 15_000;

/** @param base where the API is, for trying the program without Stripe; null: Stripe itself */
export function openStripe(base: string | null): StripeAccounts {
  const at = base === null ? null : new URL(base);
  const place =
    at === null
      ? {}
      : {
          host: at.hostname,
          port: at.port || (at.protocol === 'http:' ? '80' : '443'),
          protocol: at.protocol === 'http:' ? ('http' as const) : ('https' as const),
        };
  const open = (key: string) =>
    new Stripe(key, { ...place, timeout: TIMEOUT_MS, maxNetworkRetries: 2, telemetry: false, appInfo: { name: 'webdocument' } });
  // Signatures need no key.
  const { webhooks } = new Stripe('sk_test_none');
  return {
    account: (key) => accountOf(open(key)),
    hear(raw, signature, secret, now) {
      try {
        return heardOf(webhooks.constructEvent(raw, signature, secret, TOLERANCE_S, undefined, now.getTime()));
      } catch {
        return null;
      }
    },
  };
}

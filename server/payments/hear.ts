import * as v from 'valibot';
import * as s from '../../shared/schema.ts';
import { CheckoutSchema, StripeKeysSchema, type Checkout, type StripeKeys } from '../entities/index.ts';
import { StripeTrouble } from '../outside/stripe/index.ts';
import type { Desk } from './desk.ts';

/** What became of a webhook: entered, of no concern, or not signed by Stripe. */
export type HeardAs = 'done' | 'ignored' | 'unsigned';

/** How often it is written down that Stripe was heard, in milliseconds. */
const HEARD_MS = 60_000;
/** What may change the money of a payment page. Everything else is of no concern. */
const MATTERS =
  /^(checkout\.session\.|charge\.(succeeded|failed|pending|refund|dispute)|refund\.|payment_intent\.(succeeded|payment_failed|canceled|processing)$)/;

/** Takes an event: it says where to look, and what is entered is what Stripe answers. Throws StripeTrouble where it should be told again. */
export function listen(desk: Desk): (company: string, raw: string, signature: string) => Promise<HeardAs> {
  const { em, now } = desk;

  return async (company, raw, signature) => {
    const keys = v.is(s.id, company) ? await em().findOne(StripeKeysSchema, { company }) : null;
    const secret = keys?.webhookSecret ? desk.opened(keys.webhookSecret) : null;
    const heard = secret === null ? null : desk.stripe.hear(raw, signature, secret, now());
    if (keys === null || heard === null) return 'unsigned';
    await noteHeard(keys);
    const { at, account: of, test, type, metadata } = heard;
    if (at === null || !MATTERS.test(type) || test !== keys.test || (of !== null && of !== keys.account)) return 'ignored';
    // The same account may sell much else: of that nothing is asked.
    if (metadata !== null && (await checkoutOf(metadata, company)) === null) return 'ignored';
    const account = await desk.accountFor({ company });
    const found = await account.find(at);
    const ours = found && (await checkoutOf(found.metadata, company));
    if (found && ours) {
      await desk.settle(ours, found.truth, heard.id);
      return 'done';
    }
    // Of a page of ours that this key does not find, there may be another key tomorrow.
    if (metadata !== null)
      throw new StripeTrouble('Stripe does not show this key what its event is about', { temporary: true, code: null });
    return 'ignored';
  };

  async function checkoutOf(metadata: Record<string, string>, company: string): Promise<Checkout | null> {
    const id = metadata['checkout'];
    if (metadata['company'] !== company || !v.is(s.id, id)) return null;
    return em().findOne(CheckoutSchema, { id, company });
  }

  async function noteHeard(keys: StripeKeys): Promise<void> {
    if (keys.heardAt !== null && now().getTime() - keys.heardAt.getTime() < HEARD_MS) return;
    await em().execute('update stripe_keys set heard_at = ? where company_id = ?', [now(), keys.company]);
  }
}

import Stripe from 'stripe';
import type { Language } from '../../../shared/document.ts';
import { digitsOf } from '../../../shared/money.ts';
import { toStripe } from '../../../shared/stripe.ts';
import { find } from './find.ts';
import { asked, StripeTrouble } from './trouble.ts';
import type { Check, StripeAccount } from './types.ts';

const LOCALES: { readonly [L in Language]: Stripe.Checkout.SessionCreateParams.Locale } = { fr: 'fr', en: 'en' };
/** Above the smallest payment of every currency, in currency units. */
const TRIED = 1000;

/** What is asked of the account of a key. */
export function accountOf(stripe: Stripe): StripeAccount {
  const account: StripeAccount = {
    async openPage(order) {
      const { currency, methods, language, title, email, metadata, doneUrl, cancelUrl, expiresAt } = order;
      const amount = toStripe(order.amount, currency);
      if (amount === null)
        throw new StripeTrouble(`an amount in ${currency} that Stripe cannot take`, { temporary: false, code: 'amount' });
      const session = await asked(() =>
        stripe.checkout.sessions.create(
          {
            mode: 'payment',
            // What is paid is what the invoice asks for, in its own currency.
            adaptive_pricing: { enabled: false },
            allowed_payment_method_types: methods,
            line_items: [
              { quantity: 1, price_data: { currency: currency.toLowerCase(), unit_amount: amount, product_data: { name: title } } },
            ],
            locale: LOCALES[language],
            metadata,
            payment_intent_data: { metadata, description: title },
            ...(email === null ? {} : { customer_email: email }),
            success_url: doneUrl,
            cancel_url: cancelUrl,
            expires_at: Math.floor(expiresAt.getTime() / 1000),
          },
          { idempotencyKey: `page-${order.key}` },
        ),
      );
      if (session.url === null) throw new StripeTrouble('Stripe gave the payment page no address', { temporary: true, code: null });
      return { session: session.id, url: session.url, expiresAt: new Date(session.expires_at * 1000) };
    },

    async closePage(session) {
      try {
        await asked(() => stripe.checkout.sessions.expire(session));
        return true;
      } catch (error) {
        // Neither is "not open": a key that may not, and one that is none.
        if (error instanceof StripeTrouble && (error.status === 400 || error.status === 404)) return false;
        throw error;
      }
    },

    async find(at) {
      try {
        return await asked(() => find(stripe, at));
      } catch (error) {
        // Of another account, or gone.
        if (error instanceof StripeTrouble && error.code === 'resource_missing') return null;
        throw error;
      }
    },

    async whose() {
      try {
        return (await asked(() => stripe.accounts.retrieveCurrent())).id;
      } catch (error) {
        if (error instanceof StripeTrouble && error.status === 403) return null;
        throw error;
      }
    },

    async refund({ key, payment, amount, currency, metadata }) {
      const told = toStripe(amount, currency);
      if (told === null) throw new StripeTrouble(`an amount in ${currency} that Stripe cannot take`, { temporary: false, code: 'amount' });
      await asked(() => stripe.refunds.create({ charge: payment, amount: told, metadata }, { idempotencyKey: `refund-${key}` }));
    },

    async check({ currency, methods, url }) {
      const checks: Check[] = [];
      const tried = async <T>(what: Check['what'], call: () => Promise<T>): Promise<T | null> => {
        try {
          const answer = await asked(call);
          checks.push({ what, ok: true, detail: null });
          return answer;
        } catch (error) {
          if (!(error instanceof StripeTrouble)) throw error;
          if (error.temporary) throw error;
          checks.push({ what, ok: false, detail: error.message });
          return null;
        }
      };
      const whose = await tried('account', () => stripe.accounts.retrieveCurrent());
      for (const method of methods) {
        const key = `check-${method}-${crypto.randomUUID()}`;
        const amount = TRIED * 10 ** digitsOf(currency);
        const order = {
          key,
          amount,
          currency,
          methods: [method],
          language: 'en' as const,
          title: 'webdocument',
          email: null,
          metadata: {},
        };
        const expiresAt = new Date(Date.now() + 3_600_000);
        const page = await tried(method, async () => {
          const made = await account.openPage({ ...order, doneUrl: url, cancelUrl: url, expiresAt });
          const { payment_method_types: offered } = await stripe.checkout.sessions.retrieve(made.session);
          await stripe.checkout.sessions.expire(made.session);
          if (!offered.includes(method))
            throw new StripeTrouble(`${method} is not active in this account`, { temporary: false, code: 'inactive' });
          return made;
        });
        if (page === null && method === 'card') break;
      }
      await tried('payments', async () => {
        await stripe.paymentIntents.list({ limit: 1 });
        await stripe.charges.list({ limit: 1 });
        await stripe.refunds.list({ limit: 1 });
        await stripe.disputes.list({ limit: 1 });
      });
      await tried('refunds', () => mayRefund(stripe));
      return { account: whose?.id ?? null, checks };
    },
  };
  return account;
}

/** Whether the key may make refunds: of a charge that is none, Stripe says so only to who may. */
async function mayRefund(stripe: Stripe): Promise<void> {
  try {
    await stripe.refunds.create({ charge: 'ch_none' });
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError) || error.code !== 'resource_missing') throw error;
  }
}

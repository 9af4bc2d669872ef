import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Truth } from '../../shared/stripe.ts';
import type { Name } from '../commands/index.ts';
import type { Facts } from '../commands/scope.ts';
import type { Em } from '../db.ts';
import { StripeKeysSchema, type Checkout } from '../entities/index.ts';
import type { Answer, Execute } from '../execute.ts';
import { commandId } from '../intake.ts';
import { StripeTrouble, type Found, type StripeAccount, type StripeAccounts } from '../outside/stripe/index.ts';
import type { Seal } from '../secrets.ts';

export interface PaymentsParts {
  em: () => Em;
  execute: Execute;
  stripe: StripeAccounts;
  seal: Seal;
  publicUrl: () => string;
  logger: Logger;
  now: () => Date;
}

/** What everything that has to do with Stripe works with. */
export interface Desk extends PaymentsParts {
  /** The account of a company's key; null without one. */
  accountOf(company: string): Promise<StripeAccount | null>;
  /** The same of something that must have one. Throws StripeTrouble. */
  accountFor(of: { company: string }): Promise<StripeAccount>;
  /** null for what was sealed under another SECRET: then there are no keys, until they are entered again. */
  opened(sealed: Uint8Array): string | null;
  asSystem(name: Name, company: string, input: object, id?: string): Promise<Answer>;
  /** Enters what Stripe knows of a page. `cause`: the same again does nothing more. Answers the state it is in. */
  settle(checkout: Checkout, truth: Truth, cause: string): Promise<string>;
  /** Reads what Stripe knows of a page; null where it knows none. */
  look(account: StripeAccount, checkout: Checkout): Promise<Found | null>;
  /** Reads and enters it. Answers the state the page is in. */
  ask(account: StripeAccount, checkout: Checkout): Promise<string>;
}

const NOBODY: Facts = { ip: null, userAgent: null, pdf: null };
const DAY_MS = 24 * 60 * 60_000;
/** Of a page Stripe does not know any more, how long after its end nothing is expected of it: of one that is paid by a debit, far longer. */
const LOST_MS = { open: DAY_MS, processing: 30 * DAY_MS };

export function openDesk(parts: PaymentsParts): Desk {
  const { em, execute, stripe, seal, logger, now } = parts;

  const desk: Desk = {
    ...parts,

    async accountOf(company) {
      const keys = await em().findOne(StripeKeysSchema, { company });
      const key = keys && desk.opened(keys.key);
      return key ? stripe.account(key) : null;
    },

    async accountFor({ company }) {
      const account = await desk.accountOf(company);
      if (account === null) throw new StripeTrouble('this company has no keys of Stripe any more', { temporary: false, code: 'no_keys' });
      return account;
    },

    opened(sealed) {
      try {
        return seal.open(sealed).toString('utf8');
      } catch {
        logger.error('keys of Stripe were sealed under another SECRET and cannot be used: they have to be entered again');
        return null;
      }
    },

    asSystem(name, company, input, id = randomUUID()) {
      return execute({ name, id, input, acting: { as: 'system', company }, facts: NOBODY });
    },

    async settle(checkout, truth, cause) {
      const input = { document: checkout.document, checkout: checkout.id, cause, truth };
      const id = commandId(`payment ${checkout.company} ${cause}`);
      const { result } = await desk.asSystem('settleCheckout', checkout.company, input, id);
      return String(result['state']);
    },

    async look(account, { session, intent }) {
      if (session !== null) return account.find({ session });
      return intent === null ? null : account.find({ intent });
    },

    async ask(account, checkout) {
      const found = await desk.look(account, checkout);
      // Each asking is one of its own: what is there already is not entered again.
      if (found) return desk.settle(checkout, found.truth, `asked ${randomUUID()}`);
      const { state, expiresAt, currency, test, method } = checkout;
      const isRunning = state === 'processing';
      if (now().getTime() < expiresAt.getTime() + LOST_MS[isRunning ? 'processing' : 'open']) return state;
      const truth = { currency, intent: null, method, reason: null, test, entries: [] };
      return desk.settle(checkout, { ...truth, state: isRunning ? 'failed' : 'expired' }, `lost ${randomUUID()}`);
    },
  };
  return desk;
}

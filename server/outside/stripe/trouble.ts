import Stripe from 'stripe';

/** Answers that may be others in a moment. */
const TEMPORARY_STATUS: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** A call that has failed. `temporary`: it may be better another time. `message`: Stripe's words, for the owner. */
export class StripeTrouble extends Error {
  readonly temporary: boolean;
  /** Stripe's code, such as `amount_too_small`. */
  readonly code: string | null;
  /** HTTP; null where there was no answer. */
  readonly status: number | null;
  constructor(message: string, { temporary, code, status = null }: { temporary: boolean; code: string | null; status?: number | null }) {
    super(message);
    this.temporary = temporary;
    this.code = code;
    this.status = status;
  }
}

/** Runs a call and puts what goes wrong into our words. */
export async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof StripeTrouble) throw error;
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    const status = error.statusCode ?? 0;
    const temporary = error instanceof Stripe.errors.StripeConnectionError || status >= 500 || TEMPORARY_STATUS.has(status);
    throw new StripeTrouble(error.message, { temporary, code: error.code ?? null, status: error.statusCode ?? null });
  }
}

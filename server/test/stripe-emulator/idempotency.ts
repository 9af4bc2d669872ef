import { ApiError } from './errors.ts';
import type { Key, Remembered } from './state.ts';
import type { World } from './world.ts';

const MAX_LENGTH = 255;

/** The answers kept under idempotency keys: https://docs.stripe.com/api/idempotent_requests */
export class Idempotency {
  private readonly world: World;
  private readonly running = new Set<string>();

  constructor(world: World) {
    this.world = world;
  }

  /**
   * Takes a key for a call: answers with what it was answered before, or null for a first time, which must be ended by `end`.
   * Throws an ApiError where the key belongs to another call or is in use at this moment.
   */
  begin(owner: Key, key: string, call: string, form: string): Remembered | null {
    if (key.length > MAX_LENGTH) throw idempotencyError(400, `Idempotency keys can have up to ${MAX_LENGTH} characters.`);
    const scoped = scopeOf(owner, key);
    if (this.running.has(scoped))
      throw idempotencyError(
        409,
        `There is currently another in-progress request using this Stripe-Idempotent-Key (that probably means you submitted twice, and the other request is still going through): ${key}.`,
        'idempotency_key_in_use',
      );
    const known = Object.hasOwn(this.world.state.remembered, scoped) ? this.world.state.remembered[scoped] : undefined;
    if (known && known.call !== call)
      throw idempotencyError(
        400,
        `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${known.call}'). Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    if (known && known.form !== form)
      throw idempotencyError(
        400,
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    if (known) return known;
    this.running.add(scoped);
    return null;
  }

  /** Lets a key go; what has begun is remembered, whatever its end. */
  end(owner: Key, key: string, answer: Remembered | null): void {
    const scoped = scopeOf(owner, key);
    this.running.delete(scoped);
    if (answer) this.world.state.remembered[scoped] = answer;
  }
}

function scopeOf({ account, livemode }: Key, key: string): string {
  return `${account}/${livemode}/${key}`;
}

function idempotencyError(status: number, message: string, code?: string): ApiError {
  return new ApiError(status, { type: 'idempotency_error', message, ...(code === undefined ? {} : { code }) }, false);
}

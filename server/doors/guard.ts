import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Refusal } from '../../shared/refusal.ts';

/** Throttles for guessing. Of links and keys only wrong ones count: nobody is kept from a right one by others' noise. */
export interface Guard {
  /** A wrong token, link or key from this address. Throws `rate_limited` beyond the limit. */
  wrongToken(ip: string): Promise<void>;
  /**
   * Before a password is checked: counts the attempt, so that parallel guesses do not pass together. Throws `rate_limited` while
   * this account or address has too many behind it.
   */
  beforeLogin(ip: string, email: string): Promise<void>;
  /** The password was right: this attempt does not count, and the account begins anew. */
  rightPassword(ip: string, email: string): Promise<void>;
  /** Plain forms through one link: a person, not a flood. */
  form(link: string): Promise<void>;
  /** Requests of one API key. */
  request(key: string): Promise<void>;
}

export function createGuard(): Guard {
  const tokens = new RateLimiterMemory({ points: 30, duration: 60 });
  const accounts = new RateLimiterMemory({ points: 10, duration: 15 * 60 });
  const addresses = new RateLimiterMemory({ points: 50, duration: 15 * 60 });
  const requests = new RateLimiterMemory({ points: 300, duration: 10 });
  const forms = new RateLimiterMemory({ points: 60, duration: 60 });
  const refuse = () => {
    throw new Refusal('rate_limited');
  };
  return {
    wrongToken: async (ip) => void (await tokens.consume(ip).catch(refuse)),
    beforeLogin: async (ip, email) => {
      await addresses.consume(ip).catch(refuse);
      await accounts.consume(email).catch(refuse);
    },
    rightPassword: async (ip, email) => {
      await accounts.delete(email);
      await addresses.reward(ip);
    },
    form: async (link) => void (await forms.consume(link).catch(refuse)),
    request: async (key) => void (await requests.consume(key).catch(refuse)),
  };
}

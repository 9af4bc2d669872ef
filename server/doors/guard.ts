import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Refusal } from '../../shared/refusal.ts';

/** Throttles for guessing: only failures count, so that nobody is kept from a right link, key or password by others' noise. */
export interface Guard {
  /** A wrong token, link or key from this address. Throws `rate_limited` beyond the limit. */
  wrongToken(ip: string): Promise<void>;
  /** Before a password is checked. Throws `rate_limited` while this account or address has too many failures behind it. */
  beforeLogin(ip: string, email: string): Promise<void>;
  wrongPassword(ip: string, email: string): Promise<void>;
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
  const full = async (limiter: RateLimiterMemory, key: string) => {
    const known = await limiter.get(key);
    if (known !== null && known.consumedPoints >= limiter.points) refuse();
  };
  return {
    wrongToken: async (ip) => void (await tokens.consume(ip).catch(refuse)),
    beforeLogin: async (ip, email) => {
      await full(accounts, email);
      await full(addresses, ip);
    },
    wrongPassword: async (ip, email) => {
      await accounts.consume(email).catch(() => null);
      await addresses.consume(ip).catch(() => null);
    },
    form: async (link) => void (await forms.consume(link).catch(refuse)),
    request: async (key) => void (await requests.consume(key).catch(refuse)),
  };
}

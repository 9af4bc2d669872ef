import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Refusal } from '../../shared/refusal.ts';
import type { ActingLink, ActingUser } from '../commands/scope.ts';

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
  /** Payment pages through one link: each is one at Stripe, and a line in the owner's feed. */
  pay(link: string): Promise<void>;
  /**
   * Answers by mail: of one person in a deal, and to one mail of ours, whether its token is right or only tried. Two machines that
   * answer each other are stopped by it; a person who writes more is heard later, since the mail is delivered again.
   */
  reply(to: string): Promise<void>;
  /** One upload of a link, user or key begins. Call what it answers when it ends, with how many bytes came in, kept or not. */
  upload(acting: ActingLink | ActingUser): Promise<(bytes: number) => Promise<void>>;
  /** Requests of one API key. */
  request(key: string): Promise<void>;
}

/** Uploads that run at the same time: of one sender, and in this process. */
const UPLOADS_OF_ONE = 6;
const UPLOADS = 40;
/** Of these, how many strangers with links leave to those who signed in. */
const KEPT_FOR_USERS = 10;
/** Bytes of an hour through the links of one contact, or a link for nobody in particular: what is given up stays on disk for a while. */
const LINK_BYTES = 300 * 1024 * 1024;

export function createGuard(): Guard {
  const tokens = new RateLimiterMemory({ points: 30, duration: 60 });
  const accounts = new RateLimiterMemory({ points: 10, duration: 15 * 60 });
  const addresses = new RateLimiterMemory({ points: 50, duration: 15 * 60 });
  const requests = new RateLimiterMemory({ points: 300, duration: 10 });
  const forms = new RateLimiterMemory({ points: 60, duration: 60 });
  const pays = new RateLimiterMemory({ points: 20, duration: 600 });
  const replies = new RateLimiterMemory({ points: 20, duration: 3600 });
  const uploads = new RateLimiterMemory({ points: 60, duration: 60 });
  const bytes = new RateLimiterMemory({ points: LINK_BYTES, duration: 3600 });
  const running = new Map<string, number>();
  let all = 0;
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
    pay: async (link) => void (await pays.consume(link).catch(refuse)),
    reply: async (to) => void (await replies.consume(to).catch(refuse)),
    async upload(acting) {
      const who = acting.as === 'link' ? acting.link : (acting.key ?? acting.user);
      const budget = acting.as === 'link' ? (acting.contact ?? acting.link) : null;
      await uploads.consume(who).catch(refuse);
      if (budget !== null && ((await bytes.get(budget))?.remainingPoints ?? 1) <= 0) refuse();
      const mine = running.get(who) ?? 0;
      if (mine >= UPLOADS_OF_ONE || all >= (acting.as === 'link' ? UPLOADS - KEPT_FOR_USERS : UPLOADS)) refuse();
      running.set(who, mine + 1);
      all += 1;
      return async (read) => {
        all -= 1;
        const left = (running.get(who) ?? 1) - 1;
        if (left === 0) running.delete(who);
        else running.set(who, left);
        if (budget !== null) await bytes.penalty(budget, read);
      };
    },
    request: async (key) => void (await requests.consume(key).catch(refuse)),
  };
}

import { randomUUID } from 'node:crypto';

/** The owner's session. */
export const SESSION_COOKIE = 'wd_session';
/** Tells apart the browsers that use one link; opens nothing. */
export const BROWSER_COOKIE = 'wd_browser';
/** The language a person switched to. */
export const LANGUAGE_COOKIE = 'wd_lang';

/** Who comes back from a payment page: their link, at the address they come back to alone. */
export const PAY_COOKIE = 'wd_pay';

/** One cookie from a Cookie header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** A browser id as we make them, or undefined. */
export function browserId(value: string | undefined): string | undefined {
  return value !== undefined && /^[\w-]{22}$/.test(value) ? value : undefined;
}

/** A new one: 122 random bits. Node draws those of `randomUUID` for many at a time, which each first look at a page pays for. */
export function newBrowserId(): string {
  return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
}

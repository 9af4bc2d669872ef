import type { Context } from 'koa';
import { LANGUAGES, type Language } from '../../shared/document.ts';
import { preferredLanguage } from '../../shared/i18n/index.ts';
import { LANGUAGE_COOKIE, readCookie } from './cookies.ts';

const YEAR_S = 400 * 86_400;

/** What a person has chosen comes first, then what is known of whom the link was made for, their browser's wish, the company's. */
export function languageOf(
  ctx: Context,
  asked: Language | undefined,
  of: { contact: Language | null; company: Language } | null,
): Language {
  const switched = LANGUAGES.find((one) => one === readCookie(ctx.req.headers.cookie, LANGUAGE_COOKIE));
  return asked ?? switched ?? of?.contact ?? preferredLanguage(ctx.req.headers['accept-language']) ?? of?.company ?? 'en';
}

/** The header that leaves a cookie with a visitor. */
export function cookieOf(name: string, value: string, secure: boolean, path = '/', maxAge = YEAR_S): string {
  return `${name}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

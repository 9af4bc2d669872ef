import type { Context, Middleware } from 'koa';
import { dayIn, type Day, type Language } from '../../shared/document.ts';
import type { Metrics } from '../metrics.ts';
import type { Tokens } from '../secrets.ts';
import type { PageMark } from '../views/page.ts';
import { browserId, BROWSER_COOKIE, newBrowserId, readCookie, SESSION_COOKIE } from './cookies.ts';
import type { Encoding, KeptPage, PageStore } from './page-store.ts';
import type { PageWatch } from './page-watch.ts';
import { cookieOf, languageOf } from './visitor.ts';

export interface FirstViewParts {
  tokens: Tokens;
  pageWatch: PageWatch;
  pageStore: PageStore;
  metrics: Pick<Metrics, 'page'>;
  publicUrl: () => string;
  now: () => Date;
}

/** The page that was asked for may be kept, and this is all that it depends on. */
export interface Keeping {
  /** `mark` is of the very moment the page shows. */
  keep(mark: PageMark, language: Language, day: Day, html: string): void;
}

/** `/d/<token>` and `/d/<token>/<document>`; after a plain form `?after=` says which sequence must be on the page. */
const PLAIN = /^\/d\/([\w-]{43})(?:\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?(?:\?after=(\d{1,15}))?$/;
/** How many tokens are remembered. */
const MOST_TOKENS = 10_000;
/** Headers that are of one answer, not of the page. */
const OWN = new Set([
  'set-cookie',
  'vary',
  'x-request-id',
  'last-modified',
  'date',
  'content-length',
  'content-encoding',
  'connection',
  'keep-alive',
]);

/**
 * A client's page is rendered once for each link, sequence of its deal, language and day of the company, and sent from memory after that. Only
 * what a client opens first: a step of a decision, an older revision, a refusal, and whatever the owner looks at are rendered each time.
 *
 * `?after=` makes a plain form's answer show what was sent by it, also where the next process serves it: what that one knew before is then
 * asked anew. Everywhere else a page may be less than a second old; its socket brings what is missing.
 */
export function firstView({ tokens, pageWatch, pageStore, metrics, publicUrl, now }: FirstViewParts): Middleware {
  const secure = publicUrl().startsWith('https:');
  const linkOf = remembering(tokens);

  return async (ctx, next) => {
    const { cookie } = ctx.req.headers;
    const [, token = '', document = '', after = '0'] = (ctx.method === 'GET' && PLAIN.exec(ctx.req.url ?? '')) || [];
    const link = token === '' || readCookie(cookie, SESSION_COOKIE) !== undefined ? null : linkOf(token);
    if (link === null) return next();
    const browser = browserId(readCookie(cookie, BROWSER_COOKIE));
    const looked = markOf(link, browser, Number(after));
    const mark = looked instanceof Promise ? await looked : looked;
    if (mark === null) return next();

    const place = (language: Language) => `${link} ${document || mark.document} ${language} ${mark.person?.id ?? ''}`;
    const language = languageOf(ctx, undefined, mark.language);
    const kept = pageStore.find(place(language), versionOf(mark, today(mark.timeZone, now())));
    if (kept !== null) return send(ctx, kept, browser);
    ctx.state['keeping'] = {
      keep(of, shown, day, html) {
        if (of.person?.id !== mark.person?.id) return;
        pageStore.keep(place(shown), versionOf(of, day), html, headersOf(ctx));
        metrics.page('made');
      },
    } satisfies Keeping;
    await next();
  };

  /** What goes wrong here is met again on the usual way, and said there on a page. */
  function markOf(link: string, browser: string | undefined, least: number): PageMark | null | Promise<PageMark | null> {
    const mark = pageWatch.look(link, browser ?? '', least);
    return mark instanceof Promise ? mark.catch(() => null) : mark;
  }

  async function send(ctx: Context, kept: KeptPage, browser: string | undefined): Promise<void> {
    const encoding = encodingFor(ctx);
    const packed = kept.bytes(encoding);
    const bytes = packed instanceof Promise ? await packed : packed;
    const headers = [...kept.headers, 'X-Request-Id', String(ctx.state['requestId']), 'Content-Length', String(bytes.byteLength)];
    headers.push('Last-Modified', now().toUTCString());
    if (encoding !== 'identity') headers.push('Content-Encoding', encoding);
    if (browser === undefined) headers.push('Set-Cookie', cookieOf(BROWSER_COOKIE, newBrowserId(), secure));
    metrics.page('kept');
    ctx.respond = false;
    ctx.res.writeHead(200, headers).end(bytes);
  }
}

/** Which link a token is of. That we have made it is proven once: anew for each page, the proof takes longer than all the rest but the sending. */
function remembering(tokens: Tokens): (token: string) => string | null {
  const proven = new Map<string, string>();
  return (token) => {
    const known = proven.get(token);
    if (known !== undefined) return known;
    const link = tokens.read('link', token);
    if (link === null) return null;
    if (proven.size >= MOST_TOKENS) proven.clear();
    proven.set(token, link);
    return link;
  };
}

function versionOf({ seq, digest, person }: PageMark, day: Day): string {
  return `${seq} ${digest} ${day} ${person === null ? '' : JSON.stringify(person)}`;
}

/** As they are when the page is made: the same for all who get it. */
function headersOf({ res }: Context): string[] {
  const kept = res.getHeaderNames().filter((name) => !OWN.has(name));
  return [...kept.flatMap((name) => [name, String(res.getHeader(name))]), 'Vary', 'Accept-Encoding'];
}

const encodings = new Map<string, Encoding>();

/** The tightest one that the browser takes. There are few different headers, and each is read once. */
function encodingFor(ctx: Context): Encoding {
  const header = ctx.req.headers['accept-encoding'];
  if (typeof header !== 'string') return 'identity';
  const known = encodings.get(header);
  if (known) return known;
  const best = ctx.acceptsEncodings('br', 'gzip', 'identity') as Encoding | false;
  if (encodings.size >= 200) encodings.clear();
  encodings.set(header, best || 'identity');
  return best || 'identity';
}

const days = new Map<string, { minute: number; day: Day }>();

/** The day in a time zone. It changes on a full minute only, and asking the calendar takes longer than sending a page. */
function today(timeZone: string, now: Date): Day {
  const minute = Math.floor(now.getTime() / 60_000);
  const known = days.get(timeZone);
  if (known?.minute === minute) return known.day;
  const day = dayIn(timeZone, now);
  days.set(timeZone, { minute, day });
  return day;
}

import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import type { Context } from 'koa';
import * as v from 'valibot';
import type { Uploaded } from '../../shared/console.ts';
import { ACTIONS, dayIn, LANGUAGES, type Action, type Language } from '../../shared/document.ts';
import type { FormState, PageProps, PaymentPage } from '../../shared/page.ts';
import { Refusal } from '../../shared/refusal.ts';
import { hiddenAddress } from '../../shared/mail.ts';
import * as s from '../../shared/schema.ts';
import { readSession } from '../accounts.ts';
import type { ActingLink } from '../commands/scope.ts';
import { dealOf } from '../target.ts';
import { dealView, dealViewIn, inSnapshot } from '../views/deal.ts';
import { pageMark } from '../views/page.ts';
import { WORDS } from '../words.ts';
import { readForm } from './body.ts';
import { browserId, BROWSER_COOKIE, LANGUAGE_COOKIE, newBrowserId, PAY_COOKIE, readCookie, SESSION_COOKIE } from './cookies.ts';
import { evidenceFor } from './evidence.ts';
import { findFile, giveUp, receiveFile, receiveForm, sendFile } from './files.ts';
import type { Keeping } from './first-view.ts';
import { openLink, type OpenLink } from './identify.ts';
import { sameOrigin } from './origin.ts';
import type { DoorParts } from './parts.ts';
import { sendReceipt, sendTransferCode, type Send } from './payments-pdf.ts';
import { olderRevision } from './older.ts';
import { sendPdf } from './pdf.ts';
import { amountOf, NOTHING_TYPED, pressed, reservesOf, typedIn } from './plain-form.ts';
import { asRefusal } from './problems.ts';
import { page, sendHtml } from './shell.ts';
import { cookieOf, languageOf } from './visitor.ts';

const DAY_S = 86_400;

interface Opened {
  open: OpenLink;
  token: string;
  browser: string;
  /** The same where the browser showed it; '' for one that has no cookie yet, or keeps none. */
  visitor: string;
  language: Language;
}

/** What a plain form has done: the deal's sequence after it, and where on the page it is to be seen. */
interface Sent {
  seq: number;
  anchor: string;
}

/** The client's page behind a secret link: read, PDF, and the plain forms that work without JavaScript. */
export function pageDoor(parts: DoorParts): Router {
  const router = new Router({ prefix: '/d/:token' });

  // A person is looking: whatever goes wrong is said on a page.
  router.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      // An upload or a payment is sent by a script, which reads problem documents.
      if (ctx.method === 'POST' && /\/(files|pay)$/.test(ctx.path) && ctx.accepts('json', 'html') !== 'html') throw error;
      const refusal = asRefusal(error, parts.logger);
      const language = languageFor(ctx, null);
      const body = `<main class="gone"><h1>${WORDS[language].refusals[refusal.code]}</h1></main>`;
      sendHtml(ctx, page(parts, language, null, { head: '<title>webdocument</title>', body }, null), refusal.status);
    }
  });

  router.get('/', (ctx) => show(ctx, null));
  router.get('/pdf', (ctx) => pdf(ctx, null));
  router.get('/:document', (ctx) => show(ctx, ctx.params['document'] ?? null));
  router.get('/:document/pdf', (ctx) => pdf(ctx, ctx.params['document'] ?? null));
  router.get('/:document/transfer.svg', (ctx) => besides(ctx, sendTransferCode));
  router.get('/:document/payments/:entry/receipt.pdf', (ctx) => besides(ctx, sendReceipt));
  router.get('/:document/files/:file', (ctx) => file(ctx));
  router.post('/:document/files', (ctx) => upload(ctx));
  router.post('/:document/decide', (ctx) => submit(ctx, decide));
  router.post('/:document/options', (ctx) => submit(ctx, option));
  router.post('/:document/messages', (ctx) => submit(ctx, message));
  router.post('/:document/pay', (ctx) => pay(ctx));

  async function show(ctx: Context, document: string | null): Promise<void> {
    const opened = await enter(ctx);
    if (opened === null) return;
    const step = ACTIONS.find((action) => action === ctx.query['step']) ?? null;
    await render(ctx, opened, document, { commandId: randomUUID(), step, refusal: null, values: NOTHING_TYPED });
  }

  async function pdf(ctx: Context, id: string | null): Promise<void> {
    const opened = await enter(ctx);
    if (opened === null) return;
    const view = await dealView(parts.em(), opened.open.deal, 'client');
    const document = view?.documents.find((doc) => doc.id === (id ?? opened.open.link.document));
    if (!view || !document) return gone(ctx, opened.language);
    await sendPdf(ctx, parts, view.company, document);
  }

  /** What is sent beside a document of the deal. */
  async function besides(ctx: Context, send: Send): Promise<void> {
    const opened = await enter(ctx);
    if (opened === null) return;
    const view = await dealView(parts.em(), opened.open.deal, 'client');
    const document = view?.documents.find((doc) => doc.id === ctx.params['document']);
    if (!view || !document || !(await send(ctx, parts, view, document))) gone(ctx, opened.language);
  }

  async function file(ctx: Context): Promise<void> {
    const opened = await enter(ctx);
    if (opened === null) return;
    const { company, deal, link } = opened.open;
    const acting = { as: 'link' as const, company: company.id, deal, link: link.id, contact: link.contact, browser: opened.browser };
    const at = { deal, document: ctx.params['document'], file: ctx.params['file'] };
    const found = await findFile(parts.em(), at, acting).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      return null;
    });
    if (found === null) return gone(ctx, opened.language);
    await sendFile(ctx, parts, found);
  }

  /** A file for a message that is being written. */
  async function upload(ctx: Context): Promise<void> {
    const opened = await opens(ctx);
    if (opened === null) throw new Refusal('not_found');
    if (!sameOrigin(ctx.headers, parts.publicUrl())) throw new Refusal('bad_origin');
    const acting = await actingFor(opened, ctx);
    const document = v.safeParse(s.id, ctx.params['document']);
    if (!document.success || (await dealOf(parts.em(), document.output, acting.company)) !== acting.deal) throw new Refusal('not_found');
    const taken = await receiveFile(ctx, parts, { document: document.output, forMessage: true, acting }, { id: null, raw: false });
    ctx.status = 201;
    ctx.body = { file: taken } satisfies Uploaded;
  }

  /** A plain form: checked, sent as the same command a socket sends, and answered by the page itself. */
  async function submit(ctx: Context, act: typeof decide): Promise<void> {
    const opened = await enter(ctx);
    if (opened === null) return;
    const document = ctx.params['document'] ?? '';
    const form = new URLSearchParams();
    try {
      if (!sameOrigin(ctx.headers, parts.publicUrl())) throw new Refusal('bad_origin');
      await parts.guard.form(opened.open.link.id);
      const { seq, anchor } = await act(opened, document, form, ctx);
      ctx.status = 303;
      // The page it leads to must show what was sent, whichever process makes it (`firstView`).
      ctx.set('location', `/d/${opened.token}/${document}?${triesAsClient(ctx) ? 'as=client' : `after=${seq}`}${anchor}`);
    } catch (error) {
      const refusal = asRefusal(error, parts.logger);
      const values = typedIn(form);
      const step = ACTIONS.find((action) => action === form.get('action')) ?? null;
      await render(ctx, opened, document, { commandId: randomUUID(), step, refusal: refusal.body(), values }, refusal.status);
    }
  }

  async function decide(opened: Opened, document: string, form: URLSearchParams, ctx: Context): Promise<Sent> {
    await readForm(ctx, form);
    const action = ACTIONS.find((one) => one === form.get('action'));
    if (!action) throw new Refusal('malformed');
    const language = LANGUAGES.find((one) => one === form.get('language')) ?? opened.language;
    const common = {
      document,
      revision: Number(form.get('revision')),
      name: form.get('name') ?? '',
      reason: form.get('reason') ?? '',
      language,
      email: form.get('email'),
    };
    const own = {
      hold: { remindOn: form.get('remindOn') || null },
      accept: { orderNumber: form.get('orderNumber'), reserves: reservesOf(form), chosen: form.getAll('chosen') },
      refuse: {},
    };
    const input = { ...common, ...own[action] };
    const acting = await actingFor(opened, ctx);
    const pdfNow = v.is(v.pipe(v.string(), v.uuid()), document)
      ? await evidenceFor(parts.em(), parts.drawPdf, opened.open.deal, document, parts.now())
      : null;
    const { seq } = await parts.execute({
      name: COMMAND[action],
      id: pressed(form, opened.visitor),
      input,
      acting,
      facts: { ...factsOf(ctx), pdf: pdfNow },
    });
    return { seq, anchor: '#state' };
  }

  /** An option ticked or unticked. */
  async function option(opened: Opened, document: string, form: URLSearchParams, ctx: Context): Promise<Sent> {
    await readForm(ctx, form);
    const [revision, line, chosen] = [Number(form.get('revision')), form.get('line') ?? '', form.get('chosen') === 'true'];
    const acting = await actingFor(opened, ctx);
    const { seq } = await parts.execute({
      name: 'chooseOption',
      id: pressed(form, opened.visitor),
      input: { document, revision, line, chosen },
      acting,
      facts: { ...factsOf(ctx), pdf: null },
    });
    return { seq, anchor: `#line-${line}` };
  }

  async function message(opened: Opened, document: string, form: URLSearchParams, ctx: Context): Promise<Sent> {
    const acting = await actingFor(opened, ctx);
    if (!v.is(s.id, document)) throw new Refusal('not_found');
    const target = { document, forMessage: true, acting };
    const files = ctx.is('multipart') ? await receiveForm(ctx, parts, target, form, opened.visitor) : [];
    if (!ctx.is('multipart')) await readForm(ctx, form);
    const readUpTo = Number(form.get('read') ?? 0);
    const input = { document, text: form.get('text') ?? '', notify: false, files, readUpTo, name: form.get('name') };
    const { seq } = await parts
      .execute({ name: 'postMessage', id: pressed(form, opened.visitor), input, acting, facts: { ...factsOf(ctx), pdf: null } })
      .catch(async (error: unknown) => {
        await giveUp(parts, target, files, error);
        throw error;
      });
    return { seq, anchor: '#talk' };
  }

  /** Leads to a payment page: a script is told where it is, a plain form gets a page that leads there. */
  async function pay(ctx: Context): Promise<void> {
    const opened = await opens(ctx);
    const isScript = ctx.accepts('html', 'json') === 'json';
    if (opened === null && isScript) throw new Refusal('not_found');
    if (opened === null) return gone(ctx, languageFor(ctx, null));
    const document = ctx.params['document'] ?? '';
    const form = new URLSearchParams();
    try {
      if (!sameOrigin(ctx.headers, parts.publicUrl())) throw new Refusal('bad_origin');
      await parts.guard.pay(opened.open.link.id);
      await readForm(ctx, form);
      const acting = await actingFor(opened, ctx);
      const facts = { ...factsOf(ctx), pdf: null };
      const { language } = opened;
      const order = { id: pressed(form, opened.visitor), acting, facts, document, amount: amountOf(form), language };
      const { checkout, url } = await parts.payments.pay(order);
      ctx.append('set-cookie', cookieOf(PAY_COOKIE, opened.token, isSecure(), `/pay/${checkout}`, DAY_S));
      ctx.set('cache-control', 'private, no-store');
      if (isScript) ctx.body = { url } satisfies PaymentPage;
      else leave(ctx, language, url);
    } catch (error) {
      if (isScript) throw error;
      const refusal = asRefusal(error, parts.logger);
      await render(
        ctx,
        opened,
        document,
        { commandId: randomUUID(), step: null, refusal: refusal.body(), values: NOTHING_TYPED },
        refusal.status,
      );
    }
  }

  /** Not a redirect: what a form's answer leads to is held against the page's own rules for forms, and Stripe's page may be anywhere. */
  function leave(ctx: Context, language: Language, url: string): void {
    const words = WORDS[language].paying.page;
    const href = escapeHtml(url);
    const body = `<main class="gone"><h1>${words.leaving}</h1><p><a class="button" href="${href}">${words.goOn}</a></p></main>`;
    ctx.set('refresh', `0; url=${url}`);
    sendHtml(ctx, page(parts, language, null, { head: '<title>webdocument</title>', body }, null));
  }

  /** The owner's own session only looks, unless it said that it acts as the client. */
  async function actingFor(opened: Opened, ctx: Context): Promise<ActingLink> {
    const { open, browser } = opened;
    const user = await ownUser(opened, ctx);
    if (user !== null && !triesAsClient(ctx)) throw new Refusal('forbidden');
    return {
      as: 'link',
      company: open.company.id,
      deal: open.deal,
      link: open.link.id,
      contact: open.link.contact,
      browser,
      ...(user === null ? {} : { triedBy: user }),
    };
  }

  /** The user of the company whose session this browser has, or null: a client. */
  async function ownUser(opened: Opened, ctx: Context): Promise<string | null> {
    const signedIn = await readSession(parts.em(), readCookie(ctx.get('cookie'), SESSION_COOKIE), parts.now());
    return signedIn?.company.id === opened.open.company.id ? signedIn.user.id : null;
  }

  /** Opens the link, or answers with the page for a link that opens nothing. */
  async function enter(ctx: Context): Promise<Opened | null> {
    const opened = await opens(ctx);
    if (opened === null) gone(ctx, languageFor(ctx, null));
    return opened;
  }

  async function opens(ctx: Context): Promise<Opened | null> {
    const token = String(ctx.params['token']);
    const open = await openLink(parts.em(), parts.tokens, token);
    const language = languageFor(ctx, open);
    if (open === null) {
      if (parts.tokens.read('link', token) === null) await parts.guard.wrongToken(ctx.ip);
      return null;
    }
    const visitor = browserId(readCookie(ctx.get('cookie'), BROWSER_COOKIE)) ?? '';
    const browser = visitor || newBrowserId();
    if (visitor === '') ctx.append('set-cookie', cookieOf(BROWSER_COOKIE, browser, isSecure()));
    return { open, token, browser, visitor, language };
  }

  function languageFor(ctx: Context, open: OpenLink | null): Language {
    const asked = LANGUAGES.find((one) => one === ctx.query['lang']);
    if (asked) ctx.append('set-cookie', cookieOf(LANGUAGE_COOKIE, asked, isSecure()));
    return languageOf(ctx, asked, open && { contact: open.contact?.language ?? null, company: open.company.language });
  }

  function isSecure(): boolean {
    return parts.publicUrl().startsWith('https:');
  }

  async function render(ctx: Context, opened: Opened, document: string | null, form: FormState, status = 200): Promise<void> {
    const { open, language } = opened;
    // All of one moment: a page that is kept is kept for exactly what it shows.
    const { view, mark } = await inSnapshot(parts.em(), async (snapshot) => ({
      view: await dealViewIn(snapshot, open.deal, 'client'),
      mark: await pageMark(snapshot, open.link.id, opened.browser),
    }));
    const id = document ?? open.link.document;
    const shown = view?.documents.find((doc) => doc.id === id);
    if (!view || !mark || !shown) return gone(ctx, language);
    const older = await olderRevision(parts.em(), ctx, shown);
    const now = parts.now();
    const owner = (await ownUser(opened, ctx)) !== null;
    const { person } = mark;
    const props: PageProps = {
      base: `/d/${opened.token}`,
      view,
      document: id,
      revision: older?.number ?? null,
      older: older && { content: older.content, choice: older.choice },
      language,
      today: dayIn(view.company.timeZone, now),
      reader: {
        mode: !owner ? 'client' : triesAsClient(ctx) ? 'as_client' : 'preview',
        person: person?.id ?? null,
        name: person?.name || open.contact?.name || null,
        address: hidden(open.contact?.email ?? person?.email ?? null),
      },
      payment: (['done', 'cancelled'] as const).find((how) => how === ctx.query['payment']) ?? null,
      form,
    };
    // The page counts its days on from then, by our clock.
    ctx.set('last-modified', now.toUTCString());
    const html = page(parts, language, view.company.accent, parts.viewer.render(props), props);
    sendHtml(ctx, html, status);
    const keeping = ctx.state['keeping'] as Keeping | undefined;
    if (keeping) keeping.keep(mark, language, props.today, html);
    else parts.metrics.page('own');
  }

  function gone(ctx: Context, language: Language): void {
    sendHtml(ctx, page(parts, language, null, parts.viewer.renderGone(language), null), 404);
  }

  return router;
}

const COMMAND = { accept: 'acceptDocument', refuse: 'refuseDocument', hold: 'holdQuote' } as const satisfies Record<Action, string>;

/** The owner said that these are the client's actions, for trying. */
function triesAsClient(ctx: Context): boolean {
  return ctx.query['as'] === 'client';
}

function hidden(address: string | null): string | null {
  return address === null ? null : hiddenAddress(address);
}

function factsOf(ctx: Context): { ip: string | null; userAgent: string | null } {
  return { ip: ctx.ip, userAgent: ctx.get('user-agent').slice(0, 500) || null };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

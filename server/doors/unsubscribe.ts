import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import type { Context } from 'koa';
import { LANGUAGES, type Language } from '../../shared/document.ts';
import { preferredLanguage } from '../../shared/i18n/index.ts';
import { hiddenAddress } from '../../shared/mail.ts';
import { ClientSchema, CompanySchema, ContactSchema, PersonSchema, type Company } from '../entities/index.ts';
import { html } from '../letters/html.ts';
import { WORDS } from '../words.ts';
import { readForm } from './body.ts';
import { LANGUAGE_COOKIE, readCookie } from './cookies.ts';
import type { DoorParts } from './parts.ts';
import { asRefusal } from './problems.ts';
import { page, sendHtml } from './shell.ts';

/** Whose reminders it is about: a contact of a client, or whoever is known by a link alone. */
interface Reader {
  id: string;
  email: string | null;
  language: Language | null;
  reminders: boolean;
  company: Company;
}

/**
 * Where the foot of a reminder leads: one gets no more of them, or wants them again. The token is the right to it, and opens nothing else. Looking
 * changes nothing, for mail scanners look; mail programs unsubscribe with a POST of their own, which no Origin comes with. (RFC 8058)
 */
export function unsubscribeDoor(parts: DoorParts): Router {
  const router = new Router({ prefix: '/r/:token' });

  // A person is looking: whatever goes wrong is said on a page.
  router.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const refusal = asRefusal(error, parts.logger);
      const language = languageFor(ctx, null);
      const body = html`<main class="gone"><h1>${WORDS[language].refusals[refusal.code]}</h1></main>`;
      sendHtml(ctx, page(parts, language, null, { head: '<title>webdocument</title>', body: body.markup }, null), refusal.status);
    }
  });

  router.get('/', async (ctx) => {
    const reader = await enter(ctx);
    if (reader !== null) show(ctx, reader);
  });

  router.post('/', async (ctx) => {
    const reader = await enter(ctx);
    if (reader === null) return;
    await parts.guard.form(reader.id);
    const form = new URLSearchParams();
    // Mail programs may send it in parts, with nothing more to say than that it is one click.
    if (ctx.is('urlencoded')) await readForm(ctx, form, 10_000);
    const on = form.get('on') === 'true';
    await parts.execute({
      name: 'setReminders',
      id: randomUUID(),
      input: { of: reader.id, on },
      acting: { as: 'system', company: reader.company.id },
      facts: { ip: ctx.ip, userAgent: ctx.get('user-agent').slice(0, 500) || null, pdf: null },
    });
    if (!form.has('on')) return show(ctx, { ...reader, reminders: on });
    ctx.status = 303;
    ctx.set('location', `/r/${String(ctx.params['token'])}`);
  });

  /** Whose the token is, or answers as for a link that opens nothing. */
  async function enter(ctx: Context): Promise<Reader | null> {
    const id = parts.tokens.read('unsubscribe', String(ctx.params['token']));
    if (id === null) await parts.guard.wrongToken(ctx.ip);
    const reader = id === null ? null : await readerOf(id);
    if (reader !== null) return reader;
    const language = languageFor(ctx, null);
    sendHtml(ctx, page(parts, language, null, parts.viewer.renderGone(language), null), 404);
    return null;
  }

  async function readerOf(id: string): Promise<Reader | null> {
    const em = parts.em();
    const contact = await em.findOne(ContactSchema, { id });
    const person = contact === null ? await em.findOne(PersonSchema, { id, side: 'client', contact: null }) : null;
    const clientId = contact?.client ?? (person && (await clientOf(person.deal)));
    const found = contact ?? person;
    if (!found || !clientId) return null;
    const client = await em.findOneOrFail(ClientSchema, { id: clientId });
    const company = await em.findOneOrFail(CompanySchema, { id: client.company });
    return { id, email: found.email, language: contact?.language ?? null, reminders: found.reminders, company };
  }

  async function clientOf(deal: string): Promise<string | null> {
    const [row] = await parts.em().execute<{ client_id: string }[]>('select client_id from deals where id = ?', [deal]);
    return row?.client_id ?? null;
  }

  function show(ctx: Context, reader: Reader): void {
    const { company, reminders, email } = reader;
    const language = languageFor(ctx, reader);
    const words = WORDS[language].mail.reminders.page;
    const address = email === null ? null : hiddenAddress(email);
    const { markup } = html`<main class="gone" id="main">
      <div class="paper">
        <h1>${words.title}</h1>
        <p>${reminders ? words.on(company.name, address) : words.off(company.name, address)}</p>
        ${reminders ? html`` : html`<p>${words.rest}</p>`}
        <form method="post">
          <input type="hidden" name="on" value="${reminders ? 'false' : 'true'}" />
          <button class="${reminders ? 'primary' : ''}">${reminders ? words.stop : words.start}</button>
        </form>
      </div>
    </main>`;
    const head = html`<title>${words.title} · ${company.name}</title>`.markup;
    sendHtml(ctx, page(parts, language, company.accent, { head, body: markup }, null));
  }

  return router;
}

function languageFor(ctx: Context, reader: Reader | null): Language {
  const switched = LANGUAGES.find((one) => one === readCookie(ctx.get('cookie'), LANGUAGE_COOKIE));
  return switched ?? reader?.language ?? preferredLanguage(ctx.get('accept-language')) ?? reader?.company.language ?? 'en';
}

import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import type { Context } from 'koa';
import * as v from 'valibot';
import type { OnlineChecks, OnlineSettings } from '../../shared/console.ts';
import { LANGUAGES, type Language } from '../../shared/document.ts';
import { preferredLanguage } from '../../shared/i18n/index.ts';
import { ONLINE_METHODS } from '../../shared/payment.ts';
import { Refusal } from '../../shared/refusal.ts';
import * as s from '../../shared/schema.ts';
import { CheckoutSchema, StripeKeysSchema } from '../entities/index.ts';
import { StripeTrouble } from '../outside/stripe/index.ts';
import { validate } from '../validate.ts';
import { WORDS } from '../words.ts';
import { readBody, readJson } from './body.ts';
import { LANGUAGE_COOKIE, PAY_COOKIE, readCookie } from './cookies.ts';
import { openLink } from './identify.ts';
import { sameOrigin } from './origin.ts';
import type { DoorParts } from './parts.ts';
import { page, sendHtml } from './shell.ts';
import { actingOf, signedInAs } from './signed-in.ts';

const EVENT_BYTES = 1_000_000;
const HINT_CHARS = 4;
/** What Stripe's keys look like: secret or restricted, of test or live mode. A publishable key opens nothing and is a slip. */
const KEY = /^(sk|rk)_(test|live)_[\w]{8,250}$/;
const SECRET = /^whsec_[\w+/=-]{8,250}$/;

const settings = v.strictObject({
  key: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.check((text) => KEY.test(text), 'stripe_key'),
    ),
  ),
  webhookSecret: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.check((text) => SECRET.test(text), 'stripe_secret'),
    ),
  ),
  methods: v.pipe(
    v.array(v.picklist(ONLINE_METHODS)),
    v.maxLength(ONLINE_METHODS.length),
    v.transform((list) => ONLINE_METHODS.filter((one) => list.includes(one))),
  ),
  partial: v.boolean(),
});

/** Stripe's events, the way back from its payment pages, and the owner's settings. */
export function paymentsDoor(parts: DoorParts): Router {
  const router = new Router();

  router.post('/webhooks/stripe/:company', async (ctx) => {
    ctx.set('cache-control', 'no-store');
    // As it was signed, byte for byte.
    const raw = (await readBody(ctx, EVENT_BYTES)).toString('utf8');
    const heard = await hear(ctx.params['company'] ?? '', raw, ctx.get('stripe-signature'));
    if (heard === 'unsigned') {
      parts.logger.warn({ security: 'stripe_signature', ip: ctx.ip }, 'an event came in without a right signature');
      throw new Refusal('malformed', { detail: 'the signature is not right, or too old' });
    }
    ctx.body = { received: true, used: heard === 'done' };
  });

  /** What may be otherwise later is answered so that Stripe tells it again; so is what only the owner can mend. */
  async function hear(company: string, raw: string, signature: string) {
    try {
      return await parts.payments.hear(company, raw, signature);
    } catch (error) {
      if (!(error instanceof StripeTrouble)) throw error;
      parts.logger.warn({ company, code: error.code, detail: error.message }, 'Stripe could not be asked about its event');
      throw new Refusal('payment_unavailable');
    }
  }

  // The address is Stripe's to know, so it opens nothing: who comes back is known by a cookie of their own.
  router.get('/pay/:checkout/:how', async (ctx) => {
    const how = (['done', 'cancelled'] as const).find((one) => one === ctx.params['how']);
    if (how === undefined) throw new Refusal('not_found');
    const token = readCookie(ctx.get('cookie'), PAY_COOKIE) ?? '';
    const open = await openLink(parts.em(), parts.tokens, token);
    const id = v.safeParse(s.id, ctx.params['checkout']);
    const checkout = open && id.success ? await parts.em().findOne(CheckoutSchema, { id: id.output, deal: open.deal }) : null;
    if (checkout === null) return lost(ctx);
    ctx.status = 303;
    ctx.set('cache-control', 'private, no-store');
    ctx.set('location', `/d/${token}/${checkout.document}?payment=${how}#state`);
  });

  function lost(ctx: Context): void {
    const language = languageOf(ctx);
    const words = WORDS[language].paying.page;
    const body = `<main class="gone"><h1>${words.back}</h1><p>${words.backHow}</p></main>`;
    sendHtml(ctx, page(parts, language, null, { head: '<title>webdocument</title>', body }, null));
  }

  router.use('/console/payments', async (ctx, next) => {
    ctx.set('cache-control', 'private, no-store');
    if (ctx.method !== 'GET' && !sameOrigin(ctx.headers, parts.publicUrl())) throw new Refusal('bad_origin');
    await next();
  });

  router.get('/console/payments', async (ctx) => {
    const { company } = await signedInAs(ctx, parts, 'owner');
    ctx.body = await settingsOf(company.id);
  });

  router.put('/console/payments', async (ctx) => {
    const who = await signedInAs(ctx, parts, 'owner');
    const { key, webhookSecret, methods, partial } = validate(settings, await readJson(ctx));
    if (key) await parts.payments.leave(who.company.id, key);
    const sealed = (text: string) => parts.seal.close(Buffer.from(text, 'utf8'));
    const input = {
      methods,
      partial,
      ...(key ? { key: { sealed: sealed(key), hint: key.slice(-HINT_CHARS), test: /^.._test_/.test(key) } } : {}),
      ...(webhookSecret ? { webhookSecret: sealed(webhookSecret) } : {}),
    };
    const facts = { ip: ctx.ip, userAgent: null, pdf: null };
    await parts.execute({ name: 'saveOnline', id: randomUUID(), input, acting: actingOf(who), facts });
    ctx.body = await settingsOf(who.company.id);
  });

  router.delete('/console/payments', async (ctx) => {
    const who = await signedInAs(ctx, parts, 'owner');
    const facts = { ip: ctx.ip, userAgent: null, pdf: null };
    await parts.payments.leave(who.company.id, null);
    await parts.execute({ name: 'removeOnline', id: randomUUID(), input: {}, acting: actingOf(who), facts });
    ctx.body = await settingsOf(who.company.id);
  });

  router.post('/console/payments/check', async (ctx) => {
    const { company } = await signedInAs(ctx, parts, 'owner');
    try {
      const checks = await parts.payments.check(company.id);
      if (checks === null) throw new Refusal('not_found');
      ctx.body = { checks, settings: await settingsOf(company.id) } satisfies OnlineChecks;
    } catch (error) {
      if (!(error instanceof StripeTrouble)) throw error;
      throw new Refusal('payment_unavailable', { detail: error.message });
    }
  });

  /** Everything but what is secret. */
  async function settingsOf(company: string): Promise<OnlineSettings> {
    const keys = await parts.em().findOne(StripeKeysSchema, { company });
    const webhookUrl = `${parts.publicUrl()}/webhooks/stripe/${company}`;
    if (keys === null) return { key: null, webhookSecret: false, methods: [], partial: false, account: null, heardAt: null, webhookUrl };
    const { hint, test, methods, partial, account, heardAt } = keys;
    return {
      key: { hint, test },
      webhookSecret: keys.webhookSecret !== null,
      methods,
      partial,
      account,
      heardAt: heardAt?.toISOString() ?? null,
      webhookUrl,
    };
  }

  return router;
}

function languageOf(ctx: Context): Language {
  const switched = LANGUAGES.find((one) => one === readCookie(ctx.get('cookie'), LANGUAGE_COOKIE));
  return switched ?? preferredLanguage(ctx.get('accept-language')) ?? 'en';
}

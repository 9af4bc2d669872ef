import { ApiError } from '../errors.ts';
import { decodeForm, type Form } from '../form.ts';
import type { Method } from '../methods.ts';
import { answer, NotPayable, pay, payable, settle, type Outcome } from '../payments.ts';
import { expireDue } from '../sessions.ts';
import type { World } from '../world.ts';
import { STYLE } from './html.ts';
import { endedPage, payPage, questionPage, receiptPage, unknownPage, type Shown } from './pages.ts';
import { languageOf } from './words.ts';

export interface PageRequest {
  method: string;
  path: string;
  language: string | undefined;
  body: string;
}

export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What a browser sees: the payment page of a session, what it leads to, and receipts. Null for a path that is none of these. */
export function answerPage(world: World, request: PageRequest): PageAnswer | null {
  expireDue(world);
  const { path, language } = request;
  if (path === '/_page.css') return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: STYLE };
  const receipt = /^\/receipts\/(\w+)\/\w+$/.exec(path);
  if (receipt) return receiptOf(world, receipt[1] ?? '', request);
  const page = /^\/c\/pay\/(\w+)(?:\/(\w+))?$/.exec(path);
  if (!page) return null;
  const shown = shownOf(world, page[1] ?? '', language);
  if (!shown) return html(404, unknownPage(languageOf(null, language)));
  try {
    return request.method === 'POST' ? posted(world, shown, page[2], decodeForm(request.body)) : drawn(world, shown, page[2]);
  } catch (error) {
    // Two windows of the same session: the page says where it stands.
    if (error instanceof NotPayable) return seeOther(`/c/pay/${shown.session.id}`);
    if (error instanceof ApiError) return { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: error.message };
    throw error;
  }
}

function drawn(world: World, shown: Shown, step: string | undefined): PageAnswer {
  const { session, behind } = shown;
  if (!payable(world, session)) {
    const intent = world.row('intent', String(session.payment_intent));
    return html(200, endedPage(shown, intent?.object.status ?? null));
  }
  const waiting = behind.waiting?.method;
  if (step === 'authenticate' && waiting === 'card') return html(200, questionPage(shown, 'card'));
  if (step === 'paypal' && waiting === 'paypal') return html(200, questionPage(shown, 'paypal'));
  return step === undefined ? html(200, payPage(shown)) : seeOther(`/c/pay/${session.id}`);
}

function posted(world: World, shown: Shown, step: string | undefined, form: Form): PageAnswer {
  const { session } = shown;
  const { id } = session;
  if (step === undefined) return goOn(shown, pay(world, id, attemptOf(form)));
  if (step === 'settle') settle(world, id, form['end'] === 'fail' ? 'fail' : 'succeed');
  else return goOn(shown, answer(world, id, form['answer'] === 'yes'));
  return seeOther(`/c/pay/${id}`);
}

function attemptOf(form: Form) {
  const { method, card, iban, email, name } = form;
  return { method: text(method) as Method, card: text(card), iban: text(iban), email: text(email), name: text(name) };
}

/** Where the browser goes next. */
function goOn({ session, behind }: Shown, outcome: Outcome): PageAnswer {
  if (outcome === 'paid' || outcome === 'processing')
    return seeOther((session.success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', session.id));
  if (outcome === 'authenticate')
    return seeOther(`/c/pay/${session.id}/${behind.waiting?.method === 'paypal' ? 'paypal' : 'authenticate'}`);
  return seeOther(`/c/pay/${session.id}`);
}

function receiptOf(world: World, id: string, { path, language }: PageRequest): PageAnswer {
  const row = world.row('charge', id);
  const chosen = languageOf(null, language);
  // Whoever has the address may see it, like Stripe's.
  if (!row?.object.receipt_url?.endsWith(path)) return html(404, unknownPage(chosen));
  return html(200, receiptPage(chosen, world.state.accounts[row.owner.account]?.name ?? '', row.object));
}

function shownOf(world: World, id: string, accepted: string | undefined): Shown | null {
  const row = world.row('session', id);
  if (!row) return null;
  const { object: session, owner } = row;
  const merchant = world.state.accounts[owner.account]?.name ?? '';
  return { language: languageOf(session.locale, accepted), session, behind: world.behind(id), merchant };
}

function html(status: number, body: string): PageAnswer {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // Without form-action: the answer to the form leads to another site.
    'content-security-policy': "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  };
  return { status, headers, body };
}

function seeOther(location: string): PageAnswer {
  return { status: 303, headers: { location, 'cache-control': 'no-store' }, body: '' };
}

function text(value: string | Form | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

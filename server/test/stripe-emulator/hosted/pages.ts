import type Stripe from 'stripe';
import type { Method } from '../methods.ts';
import { formatAmount } from '../money.ts';
import type { Behind } from '../state.ts';
import { escaped, pageOf } from './html.ts';
import { refusalOf, wordsOf, type Language, type Words } from './words.ts';

/** What a page is drawn from. */
export interface Shown {
  language: Language;
  session: Stripe.Checkout.Session;
  behind: Behind;
  merchant: string;
}

const EXAMPLE = {
  email: 'camille.martin@example.com',
  name: 'Camille Martin',
  card: '4242 4242 4242 4242',
  iban: 'FR14 2004 1010 0505 0001 3M02 606',
};

/** Where the client chooses how to pay. */
export function payPage(shown: Shown): string {
  const { language, session, behind, merchant } = shown;
  const words = wordsOf(language);
  const email = session.customer_email;
  const failure = behind.failure ? `<p id="failure" class="failure" role="alert">${escaped(refusalOf(language, behind.failure))}</p>` : '';
  const methods = session.payment_method_types as Method[];
  const content = `${backLink(session, words)}
<h1>${escaped(words.payTo(merchant))}</h1>
${linesOf(shown)}
${failure}
<form method="post" id="payment">
<label for="email">${escaped(words.email)}</label>
<input id="email" name="email" type="email" autocomplete="email" required value="${escaped(email ?? EXAMPLE.email)}"${email === null ? '' : ' readonly'}>
<label for="name">${escaped(words.name)}</label>
<input id="name" name="name" autocomplete="name" value="${escaped(EXAMPLE.name)}">
<fieldset>
<legend>${escaped(words.method)}</legend>
${methods.map((method, index) => choice(method, index === 0, words)).join('\n')}
</fieldset>
${methods.map((method) => `<div class="of-${method}">${FIELDS[method](words)}</div>`).join('\n')}
<button id="pay">${escaped(words.pay)}</button>
</form>`;
  return pageOf(language, words.payTo(merchant), content);
}

/** Where the client's bank, or PayPal, asks. */
export function questionPage(shown: Shown, method: 'card' | 'paypal'): string {
  const { language, merchant } = shown;
  const words = wordsOf(language);
  const amount = amountOf(shown);
  const [title, text, yes, no] =
    method === 'card'
      ? [words.authenticate, words.authenticateText(amount), words.completeAnswer, words.failAnswer]
      : [words.paypalTitle, words.paypalText(merchant, amount), words.approveAnswer, words.cancelAnswer];
  const content = `<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
<form method="post">
<button id="yes" name="answer" value="yes">${escaped(yes)}</button>
<button id="no" name="answer" value="no" class="second">${escaped(no)}</button>
</form>`;
  return pageOf(language, title, content);
}

/** What is left of a session that is over. */
export function endedPage(shown: Shown, intentStatus: string | null): string {
  const { language, session, behind } = shown;
  const words = wordsOf(language);
  if (session.status === 'expired') return messagePage(language, words.expired, words.expiredText, backLink(session, words));
  if (behind.waiting?.debit) return messagePage(language, words.processing, words.processingText, settleForm(session.id, words));
  return intentStatus === 'succeeded'
    ? messagePage(language, words.complete, words.completeText)
    : messagePage(language, words.unpaid, words.unpaidText);
}

export function unknownPage(language: Language): string {
  return messagePage(language, wordsOf(language).unknown, '');
}

export function receiptPage(language: Language, merchant: string, charge: Stripe.Charge): string {
  const words = wordsOf(language);
  const locale = localeOf(language);
  const refunded = charge.amount_refunded;
  const paidOn = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(charge.created * 1000);
  const rows = [
    `<p class="total"><span>${escaped(words.total)}</span><span id="total">${escaped(formatAmount(charge.amount, charge.currency, locale))}</span></p>`,
    refunded === 0
      ? ''
      : `<p class="total"><span>${escaped(words.refunded)}</span><span id="refunded">${escaped(formatAmount(refunded, charge.currency, locale))}</span></p>`,
    `<p>${escaped(words.paidOn)} ${escaped(paidOn)}</p>`,
    charge.description === null ? '' : `<p>${escaped(charge.description)}</p>`,
  ];
  return pageOf(language, words.receipt, `<h1>${escaped(words.receiptFrom(merchant))}</h1>\n${rows.join('\n')}`);
}

function messagePage(language: Language, title: string, text: string, more = ''): string {
  return pageOf(language, title, `<h1>${escaped(title)}</h1>\n<p>${escaped(text)}</p>\n${more}`);
}

function settleForm(session: string, words: Words): string {
  return `<form method="post" action="/c/pay/${escaped(session)}/settle">
<button id="settle-succeed" name="end" value="succeed">${escaped(words.settleSucceed)}</button>
<button id="settle-fail" name="end" value="fail" class="second">${escaped(words.settleFail)}</button>
</form>`;
}

function backLink({ cancel_url: url }: Stripe.Checkout.Session, words: Words): string {
  return url === null ? '' : `<a id="back" href="${escaped(url)}">${escaped(words.back)}</a>`;
}

function linesOf(shown: Shown): string {
  const { language, behind } = shown;
  const lines = behind.lines.map(({ description, amount_total: amount, currency, quantity }) => {
    const times = (quantity ?? 1) > 1 ? `${quantity} × ` : '';
    return `<li><span>${escaped(times + (description ?? ''))}</span><span>${escaped(formatAmount(amount, currency, localeOf(language)))}</span></li>`;
  });
  return `<ul>\n${lines.join('\n')}\n</ul>
<p class="total"><span>${escaped(wordsOf(language).total)}</span><span id="total">${escaped(amountOf(shown))}</span></p>`;
}

function choice(method: Method, checked: boolean, words: Words): string {
  return `<label class="choice"><input type="radio" name="method" id="method-${method}" value="${method}"${checked ? ' checked' : ''}> ${escaped(words[method])}</label>`;
}

const FIELDS: Record<Method, (words: Words) => string> = {
  card: (words) => `<label for="card">${escaped(words.number)}</label>
<input id="card" name="card" inputmode="numeric" autocomplete="cc-number" value="${EXAMPLE.card}" aria-describedby="card-hint">
<p class="hint" id="card-hint">${escaped(words.numberHint)}</p>
<div class="row">
<div><label for="expiry">${escaped(words.expiry)}</label>
<input id="expiry" name="expiry" autocomplete="cc-exp" value="12 / 34"></div>
<div><label for="cvc">${escaped(words.cvc)}</label>
<input id="cvc" name="cvc" inputmode="numeric" autocomplete="cc-csc" value="123"></div>
</div>`,
  paypal: (words) => `<p class="hint">${escaped(words.paypalHint)}</p>`,
  sepa_debit: (words) => `<label for="iban">${escaped(words.iban)}</label>
<input id="iban" name="iban" value="${EXAMPLE.iban}" aria-describedby="iban-hint">
<p class="hint" id="iban-hint">${escaped(words.ibanHint)}</p>`,
};

function amountOf({ session, language }: Shown): string {
  return formatAmount(session.amount_total ?? 0, session.currency ?? 'eur', localeOf(language));
}

function localeOf(language: Language): string {
  return language === 'fr' ? 'fr-FR' : 'en';
}

export const METHODS = ['card', 'paypal', 'sepa_debit'] as const;
export type Method = (typeof METHODS)[number];

/** Why a payment did not go through, in Stripe's words. */
export interface Failure {
  code: string;
  decline_code?: string;
  message: string;
}

/** What becomes of a card: https://docs.stripe.com/testing */
export type CardOutcome = { authenticate: boolean } | Failure;

/** What becomes of a debit, and whether it takes three minutes: https://docs.stripe.com/payments/sepa-debit/accept-a-payment */
export interface DebitOutcome {
  end: 'succeed' | 'dispute' | Failure;
  slow: boolean;
}

const DECLINED: Failure = { code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' };
const NOT_COLLECTED: Failure = {
  code: 'debit_not_authorized',
  message: 'The customer has notified their bank that this payment was unauthorized.',
};
const NO_FUNDS: Failure = {
  code: 'card_declined',
  decline_code: 'insufficient_funds',
  message: 'Your card has insufficient funds. Try a different card.',
};

const CARDS: Record<string, CardOutcome> = {
  '4242424242424242': { authenticate: false },
  '5555555555554444': { authenticate: false },
  '378282246310005': { authenticate: false },
  '4000002500003155': { authenticate: true },
  '4000002760003184': { authenticate: true },
  '4000000000000002': DECLINED,
  '4000000000009995': NO_FUNDS,
  '4000000000000069': { code: 'expired_card', message: 'Your card has expired.' },
  '4000000000000127': { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  '4000000000000119': {
    code: 'processing_error',
    message: 'An error occurred while processing your card. Try again in a little bit.',
  },
};

const SUCCEED: DebitOutcome = { end: 'succeed', slow: false };
const SUCCEED_LATE: DebitOutcome = { end: 'succeed', slow: true };
const FAIL: DebitOutcome = { end: NOT_COLLECTED, slow: false };
const FAIL_LATE: DebitOutcome = { end: NOT_COLLECTED, slow: true };
const DISPUTE: DebitOutcome = { end: 'dispute', slow: false };
const EMPTY: DebitOutcome = { end: { code: 'insufficient_funds', message: 'The bank account has insufficient funds.' }, slow: false };

const IBANS: Record<string, DebitOutcome> = {
  AT611904300234573201: SUCCEED,
  AT321904300235473204: SUCCEED_LATE,
  AT861904300235473202: FAIL,
  AT051904300235473205: FAIL_LATE,
  AT591904300235473203: DISPUTE,
  AT981904300002222227: EMPTY,
  FR1420041010050500013M02606: SUCCEED,
  FR3020041010050500013M02609: SUCCEED_LATE,
  FR8420041010050500013M02607: FAIL,
  FR7920041010050500013M02600: FAIL_LATE,
  FR5720041010050500013M02608: DISPUTE,
  FR9720041010050000002222227: EMPTY,
  DE89370400440532013000: SUCCEED,
  DE08370400440532013003: SUCCEED_LATE,
  DE62370400440532013001: FAIL,
  DE78370400440532013004: FAIL_LATE,
  DE35370400440532013002: DISPUTE,
  DE65370400440002222227: EMPTY,
};

/** https://docs.stripe.com/payments/paypal#supported-currencies */
const PAYPAL_CURRENCIES = new Set('aud cad chf czk dkk eur gbp hkd nok nzd pln sek sgd usd'.split(' '));
const CAPABILITIES: Record<Method, string> = {
  card: 'card_payments',
  paypal: 'paypal_payments',
  sepa_debit: 'sepa_debit_payments',
};

/** The name of the capability an account needs for a method. */
export function capabilityOf(method: Method): string {
  return CAPABILITIES[method];
}

/** What becomes of a card; a number that is none of Stripe's test cards is declined. */
export function cardOutcome(number: string): CardOutcome {
  return CARDS[number.replace(/\s/g, '')] ?? DECLINED;
}

/** What becomes of a debit, or null for what is no IBAN; one that is none of Stripe's test accounts succeeds. */
export function debitOutcome(iban: string): DebitOutcome | null {
  const compact = compactIban(iban);
  return isIban(compact) ? (IBANS[compact] ?? SUCCEED) : null;
}

export function compactIban(iban: string): string {
  return iban.replace(/\s/g, '').toUpperCase();
}

/** Whether a method takes a currency. */
export function takesCurrency(method: Method, currency: string): boolean {
  if (method === 'paypal') return PAYPAL_CURRENCIES.has(currency);
  return method === 'card' || currency === 'eur';
}

/** ISO 13616: letters and digits whose check digits fit. */
function isIban(text: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text)) return false;
  const digits = (text.slice(4) + text.slice(0, 4)).replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}

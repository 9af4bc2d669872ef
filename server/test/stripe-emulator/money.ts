import { badParameter, refused } from './errors.ts';

/** https://docs.stripe.com/currencies#zero-decimal. UGX and ISK have no decimals either, but are written with two for the sake of old programs. */
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const WHOLE_UNITS = new Set(['isk', 'ugx']);
/** https://docs.stripe.com/currencies#three-decimal */
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '));
const TWO_DECIMAL = new Set(
  (
    'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc cve czk dkk dop ' +
    'dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl ' +
    'mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle ' +
    'sos srd std szl thb tjs top try ttd twd tzs uah ugx uyu uzs wst xcd yer zar zmw'
  ).split(' '),
);
/** In minor units; https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const MINIMUM: Record<string, number> = {
  ...{ usd: 50, aed: 200, aud: 50, bgn: 100, brl: 50, cad: 50, chf: 50, czk: 1500, dkk: 250, eur: 50, gbp: 30, hkd: 400 },
  ...{ huf: 17500, inr: 50, jpy: 50, mxn: 1000, myr: 200, nok: 300, nzd: 50, pln: 200, ron: 200, sek: 300, sgd: 50, thb: 1000 },
};
const MAXIMUM = 99_999_999;

/** How many decimals Stripe's amounts in a currency have. */
export function decimalsOf(currency: string): 0 | 2 | 3 {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/** Throws an ApiError for a currency Stripe does not know. */
export function checkCurrency(currency: string, param: string): void {
  if (TWO_DECIMAL.has(currency) || ZERO_DECIMAL.has(currency) || THREE_DECIMAL.has(currency)) return;
  const all = [...TWO_DECIMAL, ...ZERO_DECIMAL, ...THREE_DECIMAL].join(', ');
  throw badParameter(`Invalid currency: ${currency}. Stripe currently supports these currencies: ${all}`, param);
}

/** Throws an ApiError for a price of one thing that Stripe does not take, whatever the sum: `amount` in minor units. */
export function checkUnitAmount(amount: number, currency: string, param: string): void {
  if (amount < 0) throw badParameter('This value must be greater than or equal to 0.', param, 'parameter_invalid_integer');
  if (amount > MAXIMUM) throw tooLarge(param);
  if (THREE_DECIMAL.has(currency) && amount % 10 !== 0)
    throw refused(`Amounts in ${currency} must be a multiple of 10: the last decimal has to be 0.`, { param });
  if (WHOLE_UNITS.has(currency) && amount % 100 !== 0)
    throw refused(`Amounts in ${currency} must be a multiple of 100: the currency has no decimals.`, { param });
}

/** Throws an ApiError where a sum is below or above what can be charged at all. */
export function checkTotal(amount: number, currency: string): void {
  const minimum = MINIMUM[currency] ?? 1;
  if (amount < minimum)
    throw refused(`The Checkout Session's total amount due must add up to at least ${formatAmount(minimum, currency, 'en')} ${currency}`, {
      code: 'amount_too_small',
    });
  if (amount > MAXIMUM) throw tooLarge('line_items');
}

/** An amount in minor units in words: `€5.00`. */
export function formatAmount(amount: number, currency: string, locale: string): string {
  const decimals = decimalsOf(currency);
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return format.format(amount / 10 ** decimals);
}

function tooLarge(param: string) {
  return refused(`The amount must be no more than ${MAXIMUM} in the smallest unit of the currency.`, { code: 'amount_too_large', param });
}

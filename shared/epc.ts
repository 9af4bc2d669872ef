import { isBic, isCreditorReference, isIban } from './identifiers.ts';
import { fromMinor } from './money.ts';
import { UNWANTED } from './text.ts';
import type { Transfer } from './transfer.ts';

/** Lengths of the IBANs of the countries of SEPA. (ISO 13616 registry; EPC409-09) */
const LENGTHS = new Map(
  (
    'AD24 AL28 AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GI23 GR27 HR21 HU28 IE22 IS26 IT27 LI21 LT20 LU20 LV21 MC27 ' +
    'MD24 ME22 MK19 MT31 NL18 NO15 PL28 PT25 RO24 RS22 SE24 SI19 SK24 SM27 VA22'
  )
    .split(' ')
    .map((one): [string, number] => [one.slice(0, 2), Number(one.slice(2))]),
);
/** In SEPA, but not in the European Economic Area: a transfer there names the bank. */
const OUTSIDE_EEA: ReadonlySet<string> = new Set(['AD', 'AL', 'CH', 'GB', 'GI', 'MC', 'MD', 'ME', 'MK', 'RS', 'SM', 'VA']);

/** 999999999.99 euro. */
const MOST = 99_999_999_999;
/** Characters. */
const NAME = 70;
const REFERENCE = 140;
/** Bytes of UTF-8: what a QR code of version 13 holds at level M. */
const PAYLOAD = 331;
/** Bytes a name is never cut below, however long the reference is: whoever pays should know it again. */
const LEAST_NAME = 70;

/**
 * The text of a QR code that fills in a SEPA credit transfer in a banking app: EPC069-12, version 002, UTF-8. Null where there can be no such
 * code: another currency than euro, nothing to pay or more than 999,999,999.99, an account outside SEPA or with wrong check digits, no name, no
 * BIC where one is needed. Name and reference are cut where they are too long, never inside of what is read as one character; whatever would
 * begin another line in them is a blank.
 */
export function epcPayload({ accountName, iban, bic, reference, amount, currency }: Transfer): string | null {
  const country = iban.slice(0, 2);
  const bank = bic !== null && isBic(bic) ? bic : '';
  if (currency !== 'EUR' || !Number.isSafeInteger(amount) || amount < 1 || amount > MOST) return null;
  if (!isIban(iban) || LENGTHS.get(country) !== iban.length || (bank === '' && OUTSIDE_EEA.has(country))) return null;

  const lines = (name: string, structured: string, text: string) =>
    ['BCD', '002', '1', 'SCT', bank, name, iban, `EUR${fromMinor(amount, 'EUR')}`, '', structured, text].join('\n');
  const creditor = creditorReference(reference);
  const stated = creditor === '' ? cut(oneLine(reference ?? ''), REFERENCE, PAYLOAD) : '';
  const room = PAYLOAD - bytes(lines('', creditor, ''));
  const name = cut(oneLine(accountName), NAME, Math.max(LEAST_NAME, room - bytes(stated)));
  if (name === '') return null;
  // "The last populated element is not followed by any character or element separator."
  return lines(name, creditor, cut(stated, REFERENCE, room - bytes(name))).replace(/\n+$/, '');
}

/** The reference as one of ISO 11649, which banks check; '' where it is none. */
function creditorReference(reference: string | null): string {
  const plain = (reference ?? '').replace(/\s/g, '').toUpperCase();
  return isCreditorReference(plain) ? plain : '';
}

/** On one line and composed. What separates lines somewhere separates words here. */
function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Cs}/gu, '')
    .replace(UNWANTED, '')
    .normalize('NFC')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** The beginning of a text: at most so many characters, and bytes of UTF-8. What is read as one character stays or goes as a whole. */
function cut(text: string, characters: number, most: number): string {
  let kept = '';
  let count = 0;
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)) {
    count += [...segment].length;
    if (count > characters || bytes(kept + segment) > most) break;
    kept += segment;
  }
  return kept.trimEnd();
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

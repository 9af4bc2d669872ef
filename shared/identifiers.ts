/** Identifiers that carry their own check digits. Each function takes capitals without blanks. */

/** Nine digits, the last one by Luhn. (INSEE) */
export function isSiren(text: string): boolean {
  return /^\d{9}$/.test(text) && luhn(text);
}

/** Fourteen digits by Luhn; La Poste's own establishments count their digits together instead. (INSEE) */
export function isSiret(text: string): boolean {
  if (!/^\d{14}$/.test(text)) return false;
  return luhn(text) || (text.startsWith('356000000') && [...text].reduce((sum, digit) => sum + Number(digit), 0) % 5 === 0);
}

/** ISO 13616: country, two check digits, up to 30 characters; the remainder by 97 is 1 (ISO 7064). */
export function isIban(text: string): boolean {
  return /^[A-Z]{2}\d{2}[0-9A-Z]{11,30}$/.test(text) && checks97(text);
}

/** A creditor reference: `RF`, two check digits as in an IBAN, up to 21 characters. (ISO 11649) */
export function isCreditorReference(text: string): boolean {
  return /^RF\d{2}[0-9A-Z]{1,21}$/.test(text) && checks97(text);
}

/** An IBAN in groups of four, as it is written on paper; what is none stays as it stands. (ISO 13616) */
export function writtenIban(text: string): string {
  const plain = text.replace(/\s/g, '').toUpperCase();
  return isIban(plain) ? (plain.match(/.{1,4}/g) ?? []).join(' ') : text;
}

/** ISO 9362: bank, country, place, and an optional branch. */
export function isBic(text: string): boolean {
  return /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(text);
}

/** The first four characters go to the end, letters count from 10 on, and the remainder by 97 is 1. (ISO 7064, MOD 97-10) */
function checks97(text: string): boolean {
  const digits = [...text.slice(4), ...text.slice(0, 4)].map((c) => parseInt(c, 36)).join('');
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}

function luhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

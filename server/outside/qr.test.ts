import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { epcPayload } from '../../shared/epc.ts';
import type { Transfer } from '../../shared/transfer.ts';
import { scanSvg } from '../test/scan.ts';
import { QUIET, qrCode, qrSvg } from './qr.ts';

const base: Transfer = {
  accountName: 'Menuiserie Dupont',
  iban: 'FR7630006000011234567890189',
  bic: 'AGRIFRPPXXX',
  reference: 'F-2026-031',
  amount: 123450,
  currency: 'EUR',
};

test('a camera reads the fields of the transfer: accents, 12-digit amounts, long names, references', () => {
  for (const change of [
    {},
    { accountName: 'Émilie Łódź-Straße & Œuvre ñ SARL' },
    { amount: 99_999_999_999 },
    { amount: 12_345_678_901, accountName: 'é'.repeat(70) },
    { accountName: `${'x'.repeat(68)}👨‍👩‍👧‍👦`, reference: '👍🏽 merci' },
    { accountName: 'Ωμέγα Παπαδόπουλος Жизнь', reference: '漢字'.repeat(70) },
    { reference: 'RF18 5390 0754 7034' },
    { reference: 'y'.repeat(140), accountName: 'z'.repeat(70) },
    { reference: null, bic: null, amount: 1 },
  ]) {
    const payload = epcPayload({ ...base, ...change });
    assert.ok(payload !== null);
    assert.is(scanSvg(qrSvg(payload)), payload);
  }
});

test('whatever the transfer is, the camera reads what was written, and the code is none of the large ones', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 150 });
  fc.assert(
    fc.property(text, fc.option(text), fc.integer({ min: 1, max: 99_999_999_999 }), (accountName, reference, amount) => {
      const payload = epcPayload({ ...base, accountName, reference, amount });
      if (payload === null) return;
      assert.is(scanSvg(qrSvg(payload)), payload);
      // Version 13 has 69 modules.
      assert.ok(qrCode(payload).size <= 69);
    }),
    { numRuns: 25 },
  );
});

test('level M: what is needed for version 13 is not in version 12, and more than 331 bytes is refused', () => {
  assert.is(qrCode('x'.repeat(331)).size, 69);
  assert.is(qrCode('x'.repeat(287)).size, 65);
  assert.is(qrCode('x'.repeat(288)).size, 69);
  assert.throws(() => qrCode('x'.repeat(332)));
});

test('the picture is black on white with its quiet zone, the same each time, and holds no text', () => {
  const payload = epcPayload({ ...base, accountName: '"><script>alert(1)</script>' })!;
  const svg = qrSvg(payload);
  assert.is(svg, qrSvg(payload));
  const { size } = qrCode(payload);
  assert.match(svg, new RegExp(`^<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size + 8} ${size + 8}" `));
  assert.match(svg, `<rect width="${size + 8}" height="${size + 8}" fill="#fff"/><path d="M${QUIET} ${QUIET}h7v1h-7z`);
  assert.not.match(svg, /script|BCD|FR76/);
  for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g)) {
    assert.ok(Number(x) >= 4 && Number(y) >= 4 && Number(x) + Number(length) <= size + 4 && Number(y) < size + 4);
  }
});

test.run();

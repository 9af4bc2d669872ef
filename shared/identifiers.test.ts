import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isBic, isIban, isSiren, isSiret, writtenIban } from './identifiers.ts';

test('a SIREN has nine digits that fit together', () => {
  for (const right of ['732829320', '404833048', '356000000']) assert.ok(isSiren(right), right);
  for (const wrong of ['732829321', '73282932', '7328293200', '73282932A', '', '732 829 320']) assert.not(isSiren(wrong), wrong);
});

test('a SIRET has fourteen; those of La Poste are counted in their own way', () => {
  for (const right of ['73282932000074', '35600000049837', '35600000000048']) assert.ok(isSiret(right), right);
  for (const wrong of ['73282932000075', '7328293200007', '35600000049838', '12345678900012', '']) assert.not(isSiret(wrong), wrong);
});

test('an IBAN is known by its remainder, in whichever country', () => {
  for (const right of ['FR7630006000011234567890189', 'DE89370400440532013000', 'GB82WEST12345698765432', 'NO9386011117947'])
    assert.ok(isIban(right), right);
  for (const wrong of ['FR7630006000011234567890188', 'FR7630006', 'fr7630006000011234567890189', 'FR76 3000', ''])
    assert.not(isIban(wrong), wrong);
  // Two neighbours that were swapped.
  assert.not(isIban('DE89370400440532010300'));
});

test('an IBAN is written in groups of four, and what is none as it stands', () => {
  assert.is(writtenIban('FR7630006000011234567890189'), 'FR76 3000 6000 0112 3456 7890 189');
  assert.is(writtenIban('FR76 3000 6000 0112 3456 7890 189'), 'FR76 3000 6000 0112 3456 7890 189');
  assert.is(writtenIban('Account 12-34, Some Bank'), 'Account 12-34, Some Bank');
});

test('a BIC has eight or eleven characters', () => {
  for (const right of ['AGRIFRPP', 'AGRIFRPPXXX', 'DEUTDEFF500', 'NTSBDEB1']) assert.ok(isBic(right), right);
  for (const wrong of ['AGRIFRP', 'AGRIFRPPXX', 'AGRI12PP', '']) assert.not(isBic(wrong), wrong);
});

test.run();

import { randomUUID } from 'node:crypto';
import type { DocumentContent, Line } from '../../shared/document.ts';
import { fromMinor } from '../../shared/money.ts';
import { WORDS } from '../words.ts';
import { emptyLine } from './draft.ts';

/**
 * Allowances and charges of a whole document, which only files from elsewhere have, as lines: so what is made from it comes to the
 * same, and can be changed where it is written.
 */
export function withAdjustmentLines(content: DocumentContent): DocumentContent {
  const { currency, language, adjustments } = content;
  if (currency === null || adjustments.length === 0) return content;
  const words = WORDS[language].document;
  const lines = adjustments.map((one): Line => {
    const description = one.reason ?? (one.charge ? words.charge : words.allowance);
    const net = one.charge ? one.amount : -one.amount;
    const vat = one.vat ?? content.lines.find((line) => line.vat !== null)?.vat ?? null;
    const price = { quantity: one.charge ? '1' : '-1', unitPrice: fromMinor(one.amount, currency), vat, net };
    return { ...emptyLine(), ...price, id: randomUUID(), description };
  });
  return { ...content, lines: [...content.lines, ...lines], adjustments: [] };
}

import { randomUUID } from 'node:crypto';
import type { Chain } from '../../shared/chain.ts';
import { comesFrom, counts } from '../../shared/follows.ts';
import type { DocumentContent, Line } from '../../shared/document.ts';
import { day } from '../../shared/format.ts';
import { fromMinor, type Minor } from '../../shared/money.ts';
import { counted, vatKey, vatRows } from '../../shared/totals.ts';
import type { Document } from '../entities/index.ts';
import { WORDS } from '../words.ts';
import { ancestorsOf, chainOfDeal, depositLeft } from './chain.ts';
import { emptyLine } from './draft.ts';
import { contentOf } from './find.ts';
import type { LoadedDeal } from './loaded.ts';
import { linesFrom } from './taking.ts';

/**
 * Deposits of the quotes these documents come from are deducted on the final invoice, VAT rate by VAT rate; on one before it only as
 * far as what will still be invoiced after it could not bear them.
 */
export function deductions(loaded: LoadedDeal, chain: Chain, sources: Document[], lines: Line[], known: DocumentContent): Line[] {
  const { currency, language } = known;
  if (currency === null) return [];
  const family = [...new Set(sources.flatMap((source) => [source, ...ancestorsOf(loaded, source)]))];
  const quotes = family.filter(({ kind }) => kind === 'quote');
  const rows = taxables(lines);
  const later = openTaxables(loaded, chain, quotes);
  for (const [key, taxable] of rows) later.set(key, (later.get(key) ?? 0) - taxable);
  return [...depositLeft(loaded)].flatMap(([id, { document, left }]) => {
    const content = contentOf(loaded, document);
    const line = content.lines.find((one) => one.id === id);
    if (!line?.vat || !quotes.some((quote) => quote.id === content.deposit?.document)) return [];
    const key = vatKey(line.vat);
    // Of a rate at which the quote takes something off, the deposit did so too, and gives it back here.
    const sign = Math.sign(line.net ?? 0);
    const take = (from: Map<string, Minor>, most: number) => {
      const part = Math.min(most, Math.max(0, sign * (from.get(key) ?? 0)));
      from.set(key, (from.get(key) ?? 0) - sign * part);
      return part;
    };
    const amount = take(rows, left - take(later, left));
    if (amount === 0) return [];
    const description = WORDS[language].document.deducted(document.number ?? '', day(document.issueDate, language));
    const from = { document: document.id, line: id };
    const quantity = sign > 0 ? '-1' : '1';
    const unitPrice = fromMinor(amount, currency);
    return [{ ...emptyLine(), id: randomUUID(), description, quantity, unitPrice, vat: line.vat, from, net: -sign * amount }];
  });
}

/** What these quotes leave to be invoiced, by VAT rate: by way of their orders, and past them. */
export function openTaxables(loaded: LoadedDeal, chain: Chain, quotes: readonly Document[]): Map<string, Minor> {
  const orders = loaded.documents.filter(
    (one) =>
      one.kind === 'order' &&
      counts(one) &&
      quotes.some(({ id }) => comesFrom({ follows: one.follows, content: contentOf(loaded, one) }, id)),
  );
  const currency = quotes.map((quote) => contentOf(loaded, quote).currency).find((one) => one !== null) ?? null;
  return taxables(linesFrom(loaded, chain, [...quotes, ...orders], { kind: 'invoice', picks: null, priced: true, currency }).flat());
}

function taxables(lines: Line[]): Map<string, Minor> {
  return new Map(vatRows(counted(lines), []).map((row) => [vatKey(row), row.taxable]));
}

/** What a deposit on a quote may still come to, by VAT rate and without VAT: what is left to be invoiced, less other deposits. */
export function depositRoom(loaded: LoadedDeal, quote: Document): Map<string, Minor> {
  const room = openTaxables(loaded, chainOfDeal(loaded), [quote]);
  for (const [id, { document, left }] of depositLeft(loaded)) {
    const { deposit, lines } = contentOf(loaded, document);
    const line = lines.find((one) => one.id === id);
    if (deposit?.document !== quote.id || !line?.vat) continue;
    const key = vatKey(line.vat);
    room.set(key, (room.get(key) ?? 0) - Math.sign(line.net ?? 0) * left);
  }
  return room;
}

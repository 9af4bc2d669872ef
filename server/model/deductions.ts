import { randomUUID } from 'node:crypto';
import type { Chain } from '../../shared/chain.ts';
import type { DocumentContent, Line } from '../../shared/document.ts';
import { day } from '../../shared/format.ts';
import { fromMinor, type Minor } from '../../shared/money.ts';
import { counted, vatKey, vatRows } from '../../shared/totals.ts';
import type { Document } from '../entities/index.ts';
import { WORDS } from '../words.ts';
import { ancestorsOf, depositLeft } from './chain.ts';
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
  const family = new Set(sources.flatMap((source) => [source, ...ancestorsOf(loaded, source)]).map(({ id }) => id));
  const rows = taxables(lines);
  const whole = taxables(openLines(loaded, chain, sources, currency));
  const later = new Map([...whole].map(([key, taxable]) => [key, Math.max(0, taxable - (rows.get(key) ?? 0))]));
  return [...depositLeft(loaded)].flatMap(([id, { document, left }]) => {
    const content = contentOf(loaded, document);
    const line = content.lines.find((one) => one.id === id);
    const key = line?.vat ? vatKey(line.vat) : null;
    if (!line || key === null || !content.deposit || !family.has(content.deposit.document)) return [];
    const kept = Math.min(left, later.get(key) ?? 0);
    later.set(key, (later.get(key) ?? 0) - kept);
    const amount = Math.min(left - kept, rows.get(key) ?? 0);
    if (amount <= 0) return [];
    rows.set(key, (rows.get(key) ?? 0) - amount);
    const description = WORDS[language].document.deducted(document.number ?? '', day(document.issueDate, language));
    const from = { document: document.id, line: id };
    const unitPrice = fromMinor(amount, currency);
    return [{ ...emptyLine(), id: randomUUID(), description, quantity: '-1', unitPrice, vat: line.vat, from, net: -amount }];
  });
}

/** Everything the agreement behind these documents leaves to be invoiced: of their order, or of their quote where there is none. */
function openLines(loaded: LoadedDeal, chain: Chain, sources: Document[], currency: string): Line[] {
  const family = [...new Set(sources.flatMap((source) => [source, ...ancestorsOf(loaded, source)]))];
  const orders = family.filter(({ kind }) => kind === 'order');
  const roots = orders.length > 0 ? orders : family.filter(({ kind }) => kind === 'quote');
  return roots.flatMap((root) => linesFrom(loaded, chain, root, { kind: 'invoice', picks: null, priced: true, currency }));
}

function taxables(lines: Line[]): Map<string, Minor> {
  return new Map(vatRows(counted(lines), []).map((row) => [vatKey(row), row.taxable]));
}

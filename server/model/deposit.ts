import { randomUUID } from 'node:crypto';
import Big from 'big.js';
import { isAccepted, type DocumentContent, type Line, type Totals, type VatRow } from '../../shared/document.ts';
import { numbered } from '../../shared/draft-content.ts';
import { decimal } from '../../shared/format.ts';
import { digitsOf, fromMinor, isWholeMinor, percentOf, toMinor, type Minor } from '../../shared/money.ts';
import { Refusal } from '../../shared/refusal.ts';
import { vatKey, withChosen } from '../../shared/totals.ts';
import type { Document } from '../entities/index.ts';
import { WORDS } from '../words.ts';
import { depositRoom } from './deductions.ts';
import { buyerAfter, emptyLine } from './draft.ts';
import { contentOf } from './find.ts';
import { contentWith, orderNumberOf, referenceTo, termsFor } from './follow.ts';
import type { LoadedDeal } from './loaded.ts';

/** A part of the quote in percent, or an amount with VAT, as a decimal. */
export type Deposit = { percent: string } | { amount: string };

/**
 * A deposit invoice: one line for each VAT rate of the accepted quote, so that its VAT is right and can be deducted as it was. An amount
 * is met to the cent wherever rounding of the VAT allows it. Throws `cannot_follow` and `deposit_exceeded`.
 */
export function depositContent(loaded: LoadedDeal, quote: Document, deposit: Deposit, today: string): DocumentContent {
  const known = contentOf(loaded, quote);
  const { currency, totals } = known;
  if (quote.kind !== 'quote' || !isAccepted(quote.status) || totals === null || currency === null)
    throw new Refusal('cannot_follow', { data: { document: quote.id, kind: quote.kind, status: quote.status } });
  const whole = withChosen({ ...known, totals }, quote.chosen);
  const nets =
    'percent' in deposit
      ? whole.vat.map((row) => percentOf(row.taxable, deposit.percent))
      : shares(whole.vat, whole.totals.gross, amountOf(deposit.amount, currency));
  const percent = 'percent' in deposit ? deposit.percent : percentFor(deposit.amount, whole.totals.gross, currency);
  const part = 'percent' in deposit ? decimal(deposit.percent, known.language) : null;
  const description = WORDS[known.language].document.deposit(part, quote.number ?? '');
  checkRoom(loaded, quote, whole, nets);
  const lines = whole.vat.flatMap((row, i): Line[] => {
    const net = nets[i] ?? 0;
    if (net === 0) return [];
    const vat = { category: row.category, rate: row.rate };
    // A price is never less than nothing: what is taken off is a negative quantity.
    const quantity = net < 0 ? '-1' : '1';
    return [{ ...emptyLine(), id: randomUUID(), description, quantity, unitPrice: fromMinor(Math.abs(net), currency), vat, net }];
  });
  const content = contentWith(loaded, 'invoice', numbered(lines), { ...known, buyer: buyerAfter(loaded, quote) }, today);
  const reference = orderNumberOf(loaded, [quote]) ?? known.reference;
  const terms = termsFor(loaded, 'invoice', [quote]);
  return { ...content, reference, terms, deposit: { document: quote.id, percent }, references: [referenceTo(quote)] };
}

/** Throws `deposit_exceeded` where a deposit of these amounts could never be deducted: invoices have taken what it would be of. */
function checkRoom(loaded: LoadedDeal, quote: Document, { vat, totals }: { vat: VatRow[]; totals: Totals }, nets: readonly Minor[]): void {
  const room = depositRoom(loaded, quote);
  const over = vat.some((row, i) => beyond(nets[i] ?? 0, room.get(vatKey(row)) ?? 0));
  if (!over) return;
  const left = Math.max(
    0,
    [...room.values()].reduce((sum, one) => sum + one, 0),
  );
  const most = totals.net === 0 ? 0 : Number(new Big(totals.gross).times(left).div(totals.net).round(0, Big.roundDown).toFixed(0));
  throw new Refusal('deposit_exceeded', { data: { most } });
}

/** By more than a rounding. */
function beyond(net: Minor, room: Minor): boolean {
  return Math.abs(net) > Math.max(0, Math.sign(net) * room) + 1;
}

/** What the deposits of a quote come to, with VAT, less what was credited; a draft's are not counted. */
export function depositsOf(loaded: LoadedDeal, quote: string): Minor {
  return loaded.documents
    .filter((doc) => doc.kind === 'invoice' && doc.status !== 'draft' && contentOf(loaded, doc).deposit?.document === quote)
    .reduce((sum, doc) => sum + (doc.gross ?? 0) - doc.credited, 0);
}

function amountOf(amount: string, currency: string): Minor {
  if (!isWholeMinor(amount, currency))
    throw new Refusal('invalid_input', {
      faults: [
        { pointer: '/deposit/amount', rule: 'decimals', detail: `an amount in ${currency} has at most ${digitsOf(currency)} decimals` },
      ],
    });
  return toMinor(amount, currency);
}

function percentFor(amount: string, gross: Minor, currency: string): string {
  return gross === 0 ? '0' : new Big(toMinor(amount, currency)).times(100).div(gross).round(4, Big.roundHalfUp).toFixed();
}

/** The net amounts that come to `amount` with their VAT, shared among the rates as the quote is. */
function shares(rows: VatRow[], gross: Minor, amount: Minor): Minor[] {
  if (gross <= 0 || amount > gross) throw new Refusal('deposit_exceeded', { data: { most: gross } });
  const nets = rows.map((row) => Number(new Big(row.taxable).times(amount).div(gross).round(0, Big.roundHalfUp).toFixed(0)));
  const comesTo = () => nets.reduce((sum, net, i) => sum + net + percentOf(net, rows[i]?.rate ?? '0'), 0);
  // A cent more or less on one of the rates, where that meets the amount.
  for (let i = 0; i < nets.length && comesTo() !== amount; i += 1) {
    const before = nets[i] ?? 0;
    for (const step of [1, -1, 2, -2]) {
      nets[i] = before + step;
      if (comesTo() === amount) break;
      nets[i] = before;
    }
  }
  return nets;
}

import * as f from './format.ts';
import type { Catalogue } from './i18n/index.ts';
import type { Minor } from './money.ts';
import { sumOf, type PaymentView } from './payment.ts';
import { partyBlock, type PartyBlock } from './sheet.ts';
import type { DealView, DocumentView } from './view.ts';

/** What a receipt is of. */
export interface Receipted {
  /** The invoice, with its ledger. */
  document: DocumentView;
  /** The id of the entry. */
  entry: string;
  /** What credit notes had taken back of the invoice by then. */
  credited: Minor;
}

/** A receipt as words, in the document's language: the PDF is drawn from it. */
export interface PaymentReceipt {
  title: string;
  /** "Facture F-2026-031" */
  of: string;
  /** That no money moved; null where it did. */
  test: string | null;
  /** SHA-256 of the seller's logo; null without one. */
  logo: string | null;
  seller: PartyBlock;
  buyer: PartyBlock;
  facts: { key: string; label: string; value: string }[];
  amount: { label: string; value: string };
  /** The invoice's total, and what was paid of it and left once the entry was made. */
  totals: { key: string; label: string; value: string; strong: boolean }[];
  /** What became of the money later; null where nothing did. */
  since: { title: string; rows: string[] } | null;
}

/** Whether an entry has a receipt: money that came in while we kept the ledger, and money that was given back. */
export function hasReceipt({ kind, method }: Pick<PaymentView, 'kind' | 'method'>): boolean {
  return kind === 'refund' || (kind === 'payment' && method !== 'opening');
}

/** What there is a receipt of, looked up through the deal and its document; null where there is none. */
export function receipted({ documents }: Pick<DealView, 'documents'>, document: string, entry: string): Receipted | null {
  const invoice = documents.find((one) => one.id === document);
  const found = invoice?.payments.find((one) => one.id === entry);
  if (!invoice || !found || !hasReceipt(found)) return null;
  return { document: invoice, entry, credited: creditedAt(documents, invoice, found.at) };
}

/** What the credit notes that were issued by an instant take back of an invoice, in its currency. */
function creditedAt(documents: readonly DocumentView[], { id, content }: DocumentView, at: string): Minor {
  const notes = documents.filter((one) => one.kind === 'credit_note' && one.follows === id && one.content.currency === content.currency);
  return notes
    .filter(({ status, issuedAt }) => status !== 'draft' && issuedAt !== null && issuedAt <= at)
    .reduce((sum, { content: { totals } }) => sum + (totals ? totals.gross + totals.rounding : 0), 0);
}

/** The receipt of an entry. Throws where it has none. */
export function paymentReceiptOf({ document, entry: id, credited }: Receipted, words: Catalogue): PaymentReceipt {
  const { content, payments } = document;
  const { currency, language, totals } = content;
  const at = payments.findIndex((one) => one.id === id);
  const entry = payments[at];
  if (!entry || !hasReceipt(entry) || currency === null || totals === null) throw new Error(`no receipt of entry ${id}`);
  const w = words.payment.receipt;
  const refund = entry.kind === 'refund';
  const money = (minor: Minor) => f.money(minor, currency, language);
  const of = payments.find((one) => one.id === entry.of);
  const facts = (
    [
      ['day', refund ? w.refundedOn : w.receivedOn, f.day(entry.day, language)],
      ['method', w.method, words.payment.methods[entry.method]],
      ['reference', w.reference, entry.reference],
      ['invoice', w.invoice, `${document.number ?? ''} · ${f.day(content.issueDate, language)}`],
      ['of', w.of, refund && of ? `${f.day(of.day, language)} · ${money(of.amount)}` : null],
      ['reason', w.reason, refund && entry.by !== null ? entry.reason : null],
    ] as const
  ).flatMap(([key, label, value]) => (value ? [{ key, label, value }] : []));
  const total = totals.gross + totals.rounding;
  const paid = sumOf(payments.slice(0, at + 1));
  const left = total - credited - paid;
  return {
    title: refund ? w.refund : w.payment,
    of: `${words.kinds[document.kind]} ${document.number ?? ''}`,
    test: entry.test ? w.test : null,
    logo: content.logo,
    seller: partyBlock(content.seller, w.from, words, content),
    buyer: partyBlock(content.buyer, refund ? w.refundedTo : w.to, words, content),
    facts,
    amount: { label: refund ? w.refunded : w.received, value: money(Math.abs(entry.amount)) },
    totals: [
      { key: 'total', label: w.total, value: money(total), strong: false },
      ...(credited === 0 ? [] : [{ key: 'credited', label: w.credited, value: money(-credited), strong: false }]),
      { key: 'paid', label: refund ? w.paidAfterRefund : w.paid, value: money(paid), strong: false },
      { key: 'left', label: left < 0 ? w.overpaid : w.left, value: money(Math.abs(left)), strong: true },
    ],
    since: sinceOf(payments.slice(at + 1), entry, words, money, language),
  };
}

/** What came after an entry and undoes it, or undoes that. */
function sinceOf(
  later: readonly PaymentView[],
  entry: PaymentView,
  words: Catalogue,
  money: (minor: Minor) => string,
  language: DocumentView['content']['language'],
): PaymentReceipt['since'] {
  const w = words.payment.receipt;
  const refund = entry.kind === 'refund';
  const rows = later.flatMap(({ kind, of, day, amount }) => {
    // A dispute of nothing is a question of the bank, and one that was lost changes nothing any more.
    if (kind === 'payment' || kind === 'dispute_lost' || amount === 0) return [];
    // Of a refund, only that the very amount came back.
    if (refund ? of !== entry.of || kind !== 'refund_failed' || amount !== -entry.amount : of !== entry.id) return [];
    return [w.later[kind](f.day(day, language), money(Math.abs(amount)))];
  });
  return rows.length === 0 ? null : { title: refund ? w.sinceRefund : w.since, rows };
}

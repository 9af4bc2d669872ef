import { day, dayOf, money, timeOf } from '../../shared/format.ts';
import { WORDS } from '../words.ts';
import type { Instant, Language } from '../../shared/document.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import type { Letter } from './letter.ts';
import type { Block, Fact } from './outline.ts';

export function wordsOf(letter: Letter): Catalogue {
  return WORDS[letter.language];
}

/** The number, or the word for a draft, which no mail should ever be about. */
export function numberOf({ document, language }: Letter): string {
  return document.number ?? WORDS[language].state(document.kind, 'draft');
}

/** "Devis D-2026-012" */
export function whatOf(letter: Letter): string {
  return `${wordsOf(letter).kinds[letter.document.kind]} ${numberOf(letter)}`;
}

/** "devis" as it stands in a sentence. */
export function theKindOf(letter: Letter): string {
  return wordsOf(letter).page.theKind[letter.document.kind];
}

/** Day and time where the company is: "24 nov. 2026 à 11:12". */
export function whenOf({ language, company }: Letter, at: Instant): string {
  return WORDS[language].mail.at(dayOf(at, language, company.timeZone), timeOf(at, language, company.timeZone));
}

/** The decision was made on the revision at hand; of another one neither amount nor dates are known here. */
export function isOnThisRevision({ decision, document }: Letter): boolean {
  return decision === null || decision.revision === document.revision;
}

/** What there is to pay on an invoice, the total of everything else; null without prices. */
export function amountOf(letter: Letter): Fact | null {
  const { content, choice } = letter.document;
  const { currency } = content;
  // With the options that were chosen.
  const totals = choice?.totals ?? content.totals;
  if (totals === null || currency === null || !isOnThisRevision(letter)) return null;
  const words = wordsOf(letter);
  const { kind, due } = letter.document;
  if (kind === 'invoice') return { label: words.document.due, value: money(due ?? totals.due, currency, letter.language), strong: true };
  const label = kind === 'credit_note' ? words.page.credited : words.page.total;
  return { label, value: money(totals.gross, currency, letter.language), strong: true };
}

/** Until when a quote is valid or an invoice to be paid. */
export function deadlineOf(letter: Letter): Fact | null {
  if (!isOnThisRevision(letter)) return null;
  const { kind, content } = letter.document;
  const words = wordsOf(letter).document;
  const fact = (label: string, value: string | null) => (value === null ? null : { label, value: day(value, letter.language) });
  if (kind === 'quote') return fact(words.validUntil, content.validUntil);
  return kind === 'invoice' ? fact(words.dueDate, content.dueDate) : null;
}

/** What the mail is about: the document, for the owner whose client it is, its date, amount and deadline, and what else is given. */
export function factsOf(letter: Letter, ...more: (Fact | null)[]): Block {
  const words = wordsOf(letter);
  const { document, language } = letter;
  const revision = letter.decision?.revision ?? document.revision;
  const number = numberOf(letter);
  const facts = [
    letter.side === 'owner' ? { label: words.mail.client, value: letter.client } : null,
    {
      label: words.kinds[document.kind],
      value: revision > 1 || letter.kind === 'acknowledgement' ? `${number} · ${words.document.revision(revision)}` : number,
    },
    isOnThisRevision(letter) ? { label: words.document.date, value: day(document.content.issueDate, language) } : null,
    deadlineOf(letter),
    amountOf(letter),
    ...more,
  ];
  return { is: 'facts', facts: facts.filter((fact) => fact !== null) };
}

/** Files of the document itself. */
export function filesOf(letter: Letter): Block[] {
  const { files } = letter;
  return files.length === 0 ? [] : [{ is: 'files', label: wordsOf(letter).mail.files(files.length), files }];
}

/** Bytes as people read them: "1,2 Mo". A thousand at a time, as browsers and file managers count. */
export function sizeOf(bytes: number, language: Language): string {
  const units = ['kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(Math.max(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 1), units.length);
  const size = bytes / 1000 ** step;
  const rounded = size >= 10 || step === 1 ? Math.max(Math.round(size), 1) : Math.round(size * 10) / 10;
  const unit = units[step - 1] ?? 'kilobyte';
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(rounded);
}

import type { Change, Field, LineField } from '../../shared/changes.ts';
import type { Day, Language } from '../../shared/document.ts';
import * as f from '../../shared/format.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import { toMinor } from '../../shared/money.ts';
import { unitWord } from '../../shared/sheet.ts';
import type { DocumentView } from '../../shared/view.ts';

/** Texts longer than this are not quoted in a list of changes. */
const QUOTED = 60;

interface Speech {
  currency: string | null;
  words: Catalogue;
  language: Language;
}

/** Each change as a sentence in the reader's language. `currency` is the document's; amounts without one stay out. */
export function changeSentences(changes: readonly Change[], currency: string | null, words: Catalogue, language: Language): string[] {
  const w = words.changes;
  return changes.map((change) => {
    if (!('field' in change)) {
      return change.what === 'line_added' ? w.lineAdded(change.description) : w.lineRemoved(change.description);
    }
    const value = (text: string | null) =>
      text === null || text === '' ? w.none : valueWord(change.field, text, { currency, words, language });
    const [before, after] = [value(change.before), value(change.after)];
    if (change.what === 'line_changed') return w.lineChanged(change.description, w.lineFields[change.field], before, after);
    return w.fieldChanged(w.fields[change.field], before, after);
  });
}

/** Until when a quote is valid since its last revision, where that did nothing but give more time; null otherwise. */
export function extendedTo({ revisions }: DocumentView): Day | null {
  const [change, ...more] = revisions.at(-1)?.changes ?? [];
  if (change?.what !== 'field_changed' || change.field !== 'validUntil' || more.length > 0) return null;
  const { before, after } = change;
  return before !== null && after !== null && after > before ? after : null;
}

/** The currency of one of a document's revisions: later ones may have changed it. */
export function currencyAt({ content, revisions }: DocumentView, revision: number): string | null {
  const changed = revisions
    .filter((one) => one.revision > revision)
    .flatMap(({ changes }) => changes)
    .find((change) => change.what === 'field_changed' && change.field === 'currency');
  return changed !== undefined && 'before' in changed ? changed.before : content.currency;
}

/** The lines that are not as they were in the revision before; none while there is only one. */
export function changedLines({ revisions }: DocumentView): string[] {
  const last = revisions.length > 1 ? (revisions.at(-1)?.changes ?? []) : [];
  return last.flatMap((change) => (change.what === 'line_added' || change.what === 'line_changed' ? [change.line] : []));
}

/** An amount that says its currency, where that has changed as well. */
const MARKED = /^(-?[\d.]+) ([A-Z]{3})$/;

function valueWord(field: Field | LineField, text: string, { currency, words, language }: Speech): string {
  const [, marked = '', own = ''] = MARKED.exec(text) ?? [];
  switch (field) {
    case 'net':
    case 'gross':
    case 'due':
    case 'discount':
      if (text.endsWith('%')) return `${f.decimal(text.slice(0, -1), language)}\u00a0%`;
      if (own !== '') return f.money(toMinor(marked, own), own, language);
      return currency === null ? text : f.money(Number(text), currency, language);
    case 'quantity':
      return f.decimal(text, language);
    case 'unitPrice':
      if (own !== '') return `${f.unitPrice(marked, own, language)}\u00a0${own}`;
      return currency === null ? f.decimal(text, language) : f.unitPrice(text, currency, language);
    case 'unit':
      return unitWord({ unit: text }, words);
    case 'optional':
      return words.changes.optional[text === 'true' ? 'yes' : 'no'];
    case 'validUntil':
    case 'dueDate':
    case 'deliveryDate':
      return f.day(text, language);
    default:
      return text.length > QUOTED ? `${text.slice(0, QUOTED - 1).trimEnd()}…` : text;
  }
}

import type { Change, Field, LineField } from '../../shared/changes.ts';
import type { Language } from '../../shared/document.ts';
import * as f from '../../shared/format.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import type { DocumentView } from '../../shared/view.ts';

/** Texts longer than this are not quoted in a list of changes. */
const QUOTED = 60;

/** Each change as a sentence in the reader's language. `currency` is the document's; amounts without one stay out. */
export function changeSentences(changes: readonly Change[], currency: string | null, words: Catalogue, language: Language): string[] {
  const w = words.changes;
  return changes.map((change) => {
    if (!('field' in change)) {
      return change.what === 'line_added' ? w.lineAdded(change.description) : w.lineRemoved(change.description);
    }
    const value = (text: string | null) => (text === null || text === '' ? w.none : valueWord(change.field, text, currency, language));
    const [before, after] = [value(change.before), value(change.after)];
    if (change.what === 'line_changed') return w.lineChanged(change.description, w.lineFields[change.field], before, after);
    return w.fieldChanged(w.fields[change.field], before, after);
  });
}

/** The lines that are not as they were in the revision before; none while there is only one. */
export function changedLines({ revisions }: DocumentView): string[] {
  const last = revisions.length > 1 ? (revisions.at(-1)?.changes ?? []) : [];
  return last.flatMap((change) => (change.what === 'line_added' || change.what === 'line_changed' ? [change.line] : []));
}

function valueWord(field: Field | LineField, text: string, currency: string | null, language: Language): string {
  switch (field) {
    case 'net':
    case 'gross':
    case 'due':
      return currency === null ? text : f.money(Number(text), currency, language);
    case 'quantity':
      return f.decimal(text, language);
    case 'unitPrice':
      return currency === null ? f.decimal(text, language) : f.unitPrice(text, currency, language);
    case 'validUntil':
    case 'dueDate':
      return f.day(text, language);
    default:
      return text.length > QUOTED ? `${text.slice(0, QUOTED - 1).trimEnd()}…` : text;
  }
}

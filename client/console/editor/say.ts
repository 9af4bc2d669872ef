import type { Language } from '../../../shared/document.ts';
import type { DraftField, DraftLineField, DraftValue } from '../../../shared/draft.ts';
import { isZero } from '../../../shared/decimal.ts';
import { day, decimal, money } from '../../../shared/format.ts';
import type { Catalogue } from '../../../shared/i18n/index.ts';
import type { ContactView } from '../../../shared/view.ts';
import type { FieldFault } from './faults.ts';
import { shown } from '../../parts/numbers.ts';

/** What a field holds, as its reader would read it aloud; '' where it is empty. */
export function sayValue(
  field: DraftField | DraftLineField,
  value: DraftValue,
  { words, language, contacts }: { words: Catalogue; language: Language; contacts: readonly ContactView[] },
): string {
  const { editor } = words.console;
  if (field === 'contact') return contacts.find(({ id }) => id === value)?.name ?? editor.noContact;
  if (typeof value === 'boolean') return editor.option;
  if (value === null || value === '') return '';
  if (field === 'issueDate' || field === 'validUntil' || field === 'dueDate' || field === 'deliveryDate') return day(value, language);
  if (field === 'unit') return words.document.units[value] ?? value;
  if (field === 'vatCategory') return editor.vatLong[value] ?? words.document.vatCategories[value] ?? value;
  if (field === 'quantity' || field === 'unitPrice' || field === 'discount' || field === 'vatRate') return shown(value, language);
  return value.length > 120 ? `${value.slice(0, 119)}…` : value;
}

interface Saying {
  words: Catalogue;
  language: Language;
  /** Of the document. */
  currency: string;
}

/** A fault as a sentence beside its field: by its rule and how much there is, for what the server says of it is for programs. */
export function sayFault({ field, rule, most }: Omit<FieldFault, 'key' | 'line'>, { words, language, currency }: Saying): string {
  const { editor } = words.console;
  if (field === 'lines' && rule === 'required') return editor.oneLine;
  const left = most === null ? null : typeof most === 'number' ? money(most, currency, language) : decimal(most, language);
  const none = most === 0 || (typeof most === 'string' && isZero(most));
  const limited = left === null ? undefined : editor.leftWords[rule];
  return limited?.(none ? null : left) ?? editor.faultWords[rule] ?? editor.fault;
}

/** What the field of a fault is called. */
export function fieldName(field: string, words: Catalogue): string {
  const { editor } = words.console;
  const names: Readonly<Record<string, string>> = { ...editor.fields, ...editor.cells, vat: editor.vat, lines: editor.lines };
  return names[field] ?? field;
}

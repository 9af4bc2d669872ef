import type { ImportedDocument } from './imported.ts';
import type { ReadLine } from './assemble.ts';
import { decimalOf, type Reading } from './reading.ts';
import { distinct, paragraphsAt, textAt } from './text.ts';
import { attribute, first, type XmlElement } from './tree.ts';
import type { Day } from '../../shared/document.ts';

/**
 * A ReceiptAdvice as it is recorded on its delivery: line by line what arrived, what was short, what was rejected and why.
 * `lineNumbers` has the despatch line each line names, null where it names none.
 */
export function ublReceipt(
  r: Reading,
  root: XmlElement,
  elements: XmlElement[],
  lines: ReadLine[],
  date: Day,
): NonNullable<ImportedDocument['receipt']> {
  const reasons: string[] = [];
  const view = elements.map((element, i) => {
    const quantities = ['cbc:ReceivedQuantity', 'cbc:ShortQuantity', 'cbc:RejectedQuantity'].map((path) => first(element, path));
    const [received = null, short = null, rejected = null] = quantities.map((quantity) => decimalOf(r, quantity));
    const description = lines[i]?.description ?? String(i + 1);
    const why = distinct([
      ...paragraphsAt(element, 'cbc:RejectReason', 4000),
      ...paragraphsAt(element, 'cbc:TimingComplaint', 4000),
      ...paragraphsAt(element, 'cbc:Note', 4000),
    ]);
    if (why.length > 0) reasons.push(`${description.slice(0, 500)}: ${why.join(' ')}`.slice(0, 5000));
    const unit = quantities.map((quantity) => attribute(quantity, 'unitCode')?.trim().slice(0, 20)).find(Boolean) ?? null;
    return { line: null, description, unit, received, short, rejected };
  });
  const lineNumbers = elements.map((element) => textAt(element, 'cac:DespatchLineReference/cbc:LineID', 100));
  const notes = [...paragraphsAt(root, 'cbc:Note', 5000), ...paragraphsAt(root, 'cbc:RejectReason', 5000), ...reasons];
  const number = textAt(root, 'cbc:ID') ?? '';
  return { view: { number, date, notes: distinct(notes), lines: view }, lineNumbers };
}

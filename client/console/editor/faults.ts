import type { DraftBody, DraftField } from '../../../shared/draft.ts';
import type { Decimal, Minor } from '../../../shared/money.ts';
import type { Fault, RefusalBody } from '../../../shared/refusal.ts';
import type { Key } from './ops.ts';

/** A fault the server found, at the field of the editor that it is about; `lines` for the lines as a whole. */
export interface FieldFault {
  key: Key;
  /** Counted from 1 as on the screen; null in the head. */
  line: number | null;
  field: string;
  rule: string;
  /** How much there is, where it is more. */
  most: Decimal | Minor | null;
}

/** A refusal's faults at their fields. The server's lines stand in the order of `body`. */
export function faultsOf(refusal: RefusalBody, body: DraftBody): FieldFault[] {
  const seen = new Set<Key>();
  return refusal.faults.flatMap((fault) => {
    const found = place(fault, body);
    // One sentence a field is enough: the first.
    if (seen.has(found.key)) return [];
    seen.add(found.key);
    return [found];
  });
}

function place({ pointer, rule, ...fault }: Fault, body: DraftBody): FieldFault {
  const most = fault.most ?? null;
  const [, first = '', index = '', part = '', deeper = ''] = pointer.split('/');
  const line = first === 'lines' && index !== '' ? body.lines[Number(index)] : undefined;
  if (!line) return { key: first === '' ? 'lines' : first, line: null, field: first as DraftField | 'lines', rule, most };
  const field =
    part === 'vat' ? (deeper === 'reason' ? 'vatReason' : 'vat') : part === 'discount' && deeper === 'reason' ? 'discountReason' : part;
  return { key: `${line.id}.${field}`, line: Number(index) + 1, field, rule, most };
}

/** A field has been written: what was said of it was about what it was. */
export function without(faults: readonly FieldFault[], keys: readonly Key[]): FieldFault[] {
  return faults.filter(({ key }) => !keys.includes(key));
}

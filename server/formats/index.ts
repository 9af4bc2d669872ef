import { Refusal } from '../../shared/refusal.ts';
import { isCii, readCii } from './cii.ts';
import type { ImportedDocument } from './imported.ts';
import { readUbl, ublFormOf } from './ubl.ts';
import { parseXml } from './xml.ts';

export type { ImportedDocument } from './imported.ts';
export { XML_MAX_BYTES } from './xml.ts';

/**
 * Reads a business document from the bytes of an XML file: UBL 2.x Quotation, Order, DespatchAdvice, ReceiptAdvice, Invoice,
 * CreditNote, or a UN/CEFACT Cross Industry Invoice. Pure: nothing is looked up or stored. Throws `Refusal` with
 * `too_large`, `xml_forbidden`, `xml_not_wellformed`, `xml_unknown`, `invalid_input` or `en16931_failed`; faults point by
 * XPath, those of the XML itself by line and column.
 */
export function readXml(bytes: Uint8Array): ImportedDocument {
  const root = parseXml(bytes);
  const form = ublFormOf(root);
  if (form !== null) return readUbl(root, form);
  if (isCii(root)) return readCii(root);
  const detail = `no document kind known: {${root.uri}}${root.local}`.slice(0, 500);
  throw new Refusal('xml_unknown', { detail, faults: [{ pointer: `/${root.name}`.slice(0, 200), rule: 'root', detail }] });
}

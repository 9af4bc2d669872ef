import { randomUUID } from 'node:crypto';
import type { DocumentContent, Kind, Line, Reference } from '../../shared/document.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { Warning } from '../../shared/view.ts';
import { ReceiptSchema } from '../entities/index.ts';
import type { ImportedDocument } from '../formats/imported.ts';
import { documentView } from '../model/document-view.ts';
import { contentOf } from '../model/find.ts';
import { SOURCES } from '../../shared/chain.ts';
import { addDocument } from './documents.ts';
import { issue } from './issue.ts';
import type { DealScope, NewBlob, Result } from './scope.ts';

/** A document another program made, read from a file. `warnings` and `copy` come from looking at what is stored already. */
export interface ImportInput {
  imported: ImportedDocument;
  file: NewBlob;
  issue: boolean;
  warnings: Warning[];
  /** 1, or one more than the documents of this origin that state the same number. */
  copy: number;
  /** What this very file became when it came in before. */
  before: string | null;
}

/** Takes in a file: kept byte for byte, its number and amounts as stated. */
export function importDocument(scope: DealScope, input: ImportInput): Result {
  const { imported, file } = input;
  // The same file again says nothing new, but may say that its draft is to be issued.
  const before = scope.loaded.documents.find((doc) => doc.id === input.before);
  if (before?.status === 'draft' && input.issue) return issue(scope, before);
  if (before) return { document: before.id, link: null, again: true };
  scope.keep(file);
  scope.loaded.sources.set(file.sha256, { mediaType: file.mediaType, size: file.bytes.byteLength });
  if (imported.kind === 'receipt_advice') return recordReceipt(scope, input);
  const references = resolve(scope, imported.content.references);
  const content: DocumentContent = { ...imported.content, references, lines: linkLines(scope, imported, references) };
  const document = addDocument(scope, {
    kind: imported.kind,
    content,
    follows: followed(imported.kind, references),
    number: imported.number,
    origin: imported.origin === '' ? 'file' : imported.origin,
    copy: input.copy,
    uuid: imported.uuid,
    source: file.sha256,
    openDates: [],
    body: null,
    warnings: [...imported.warnings, ...input.warnings],
  });
  if (!input.issue) {
    scope.say('document.drafted', document.id, { document: documentView(scope.loaded, document) });
    return { document: document.id, link: null };
  }
  return issue(scope, document);
}

/** A receipt advice is no document of its own: it is recorded on the delivery it names. */
function recordReceipt(scope: DealScope, input: ImportInput): Result {
  const { imported, file } = input;
  const delivery = resolve(scope, imported.content.references)
    .map((reference) => scope.loaded.documents.find((doc) => doc.id === reference.document))
    .find((doc) => doc?.kind === 'delivery');
  if (!delivery || !imported.receipt)
    throw new Refusal('reference_not_found', { detail: 'the delivery this receipt advice is for was not found' });
  const { lines } = contentOf(scope.loaded, delivery);
  const numbers = imported.receipt.lineNumbers;
  const receipt = {
    ...imported.receipt.view,
    lines: imported.receipt.view.lines.map((said, i) => {
      const line = lines.find((one) => one.number === numbers[i]) ?? lines.find((one) => one.description === said.description);
      return { ...said, line: line?.id ?? null };
    }),
  };
  scope.loaded.receipts.push(
    scope.add(ReceiptSchema, {
      id: randomUUID(),
      document: delivery.id,
      receipt,
      source: file.sha256,
      position: scope.loaded.receipts.length,
      createdAt: scope.now,
    }),
  );
  delivery.updatedAt = scope.now;
  scope.say('receipt.recorded', delivery.id, { receipt });
  return { document: delivery.id, link: null };
}

/** The stated references with our ids, where the deal has exactly one document that fits. */
function resolve(scope: DealScope, references: Reference[]): Reference[] {
  return references.map((reference) => {
    const fits = scope.loaded.documents.filter((doc) => doc.kind === reference.kind && doc.number === reference.number);
    return { ...reference, document: fits.length === 1 ? (fits[0]?.id ?? null) : null };
  });
}

function followed(kind: Kind, references: Reference[]): string | null {
  for (const earlier of SOURCES[kind]) {
    const reference = references.find((r) => r.document !== null && r.kind === earlier);
    if (reference) return reference.document;
  }
  return references.find((r) => r.document !== null)?.document ?? null;
}

/** Lines with the line they came from, where the file names it by document and line number. */
function linkLines(scope: DealScope, imported: ImportedDocument, references: Reference[]): Line[] {
  return imported.content.lines.map((line, i) => {
    const named = imported.lineReferences[i];
    if (!named) return line;
    const reference = references.find((r) => r.kind === named.kind && (named.number === null || r.number === named.number));
    const document = scope.loaded.documents.find((doc) => doc.id === reference?.document);
    const from = document && contentOf(scope.loaded, document).lines.find((one) => one.number === named.line);
    return document && from ? { ...line, from: { document: document.id, line: from.id } } : line;
  });
}

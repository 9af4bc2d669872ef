import type { Day, DocumentContent, Kind, Language } from '../../shared/document.ts';
import type { ReceiptView, Warning } from '../../shared/view.ts';

/** What a file says, in our words: nothing is looked up, nothing is stored yet. */
export interface ImportedDocument {
  /** `receipt_advice` is not a document of its own: it is recorded on the delivery it names. */
  kind: Kind | 'receipt_advice';
  number: string;
  /** The document's own UUID, where the file has one (UBL). */
  uuid: string | null;
  /** The program or profile it came from, for its own number series: the customisation id, shortened to 200 characters. */
  origin: string;
  /** Lines have fresh ids, `from` is null, `references[].document` is null: the database fills them in. */
  content: DocumentContent;
  /** Earlier documents, with what helps to find them; the same entries and order as the chain-relevant `content.references`. */
  references: { kind: Kind; number: string; uuid: string | null; date: Day | null }[];
  /** For each line by position: the line of an earlier document it names (by that document's own line number). */
  lineReferences: ({ kind: Kind; number: string | null; line: string } | null)[];
  contacts: { name: string; email: string | null; language: Language | null }[];
  warnings: Warning[];
  /** Only for `receipt_advice`. `receipt.lines[].line` is null: the database fills it in from `lineNumber`. */
  receipt: { view: ReceiptView; lineNumbers: (string | null)[] } | null;
}

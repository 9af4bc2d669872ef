import type { DocumentContent } from '../../shared/document.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { Document, Revision } from '../entities/index.ts';
import type { LoadedDeal } from './loaded.ts';

/** A document of the deal; one message for "not yours" and "not there". */
export function findDocument(loaded: LoadedDeal, id: string): Document {
  const document = loaded.documents.find((doc) => doc.id === id);
  if (!document) throw new Refusal('not_found');
  return document;
}

/** A document of the deal that has been issued: a draft does not exist for the client. */
export function findIssued(loaded: LoadedDeal, id: string): Document {
  const document = findDocument(loaded, id);
  if (document.status === 'draft') throw new Refusal('not_found');
  return document;
}

/** What is printed at the document's current revision. Needs the deal loaded with contents. */
export function contentOf(loaded: LoadedDeal, document: Document): DocumentContent {
  return revisionOf(loaded, document).content;
}

/** The document's current revision. Needs the deal loaded with contents. */
export function revisionOf(loaded: LoadedDeal, document: Document): Revision {
  const revision = loaded.revisions.find((r) => r.document === document.id && r.revision === document.revision);
  if (!revision) throw new Error(`document ${document.id} was loaded without its contents`);
  return revision;
}

import type { Facts } from '../commands/scope.ts';
import type { Em } from '../db.ts';
import { dayIn, type DocumentContent } from '../../shared/document.ts';
import type { DocumentView, CompanyView } from '../../shared/view.ts';
import { sha256 } from '../secrets.ts';
import { dealView } from '../views/deal.ts';

/** Draws a document as PDF. */
export type DrawPdf = (input: {
  document: DocumentView;
  company: CompanyView;
  today: string;
  revision?: OlderRevision | null;
}) => Promise<Uint8Array>;

/** An older revision to be drawn instead of the current one. */
export interface OlderRevision {
  number: number;
  content: DocumentContent;
}

/**
 * The PDF of the revision that is on the screen, made before the decision takes its lock: no lock is held while it is drawn.
 * null where there is no such document, which the command then refuses by itself.
 */
export async function evidenceFor(em: Em, draw: DrawPdf, deal: string, document: string, now = new Date()): Promise<Facts['pdf']> {
  const view = await dealView(em, deal, 'client');
  const shown = view?.documents.find((doc) => doc.id === document);
  if (!view || !shown) return null;
  const bytes = await draw({ document: shown, company: view.company, today: dayIn(view.company.timeZone, now) });
  return { revision: shown.revision, sha256: sha256(bytes), bytes };
}

/** Commands that need it. */
export const DECISIONS: ReadonlySet<string> = new Set(['acceptDocument', 'refuseDocument', 'holdQuote']);

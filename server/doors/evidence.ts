import type { Facts } from '../commands/scope.ts';
import type { Em } from '../db.ts';
import { dayIn } from '../../shared/document.ts';
import { sha256 } from '../secrets.ts';
import type { DrawPdf } from './drawings.ts';
import { dealView } from '../views/deal.ts';

/**
 * The PDF of the revision that is on the screen, made before the decision takes its lock: no lock is held while it is drawn.
 * null where there is no such document, which the command then refuses by itself.
 */
export async function evidenceFor(em: Em, draw: DrawPdf, deal: string, document: string, now = new Date()): Promise<Facts['pdf']> {
  const view = await dealView(em, deal, 'client');
  const shown = view?.documents.find((doc) => doc.id === document);
  if (!view || !shown) return null;
  const bytes = await draw({ document: shown, company: view.company, today: dayIn(view.company.timeZone, now) });
  return { revision: shown.revision, chosen: shown.choice?.lines ?? [], sha256: sha256(bytes), bytes };
}

/** Commands that need it. */
export const DECISIONS: ReadonlySet<string> = new Set(['acceptDocument', 'refuseDocument', 'holdQuote']);

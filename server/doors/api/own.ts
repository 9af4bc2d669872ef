import { Refusal } from '../../../shared/refusal.ts';
import type { DealView, DocumentView, DraftView } from '../../../shared/view.ts';
import { dealOf } from '../../target.ts';
import type { DocumentAnswer } from '../../views/answer.ts';
import { dealView } from '../../views/deal.ts';
import type { Call } from './table.ts';

type Any = Call<unknown, unknown>;

/** The document in the path and its deal. One message for "not yours" and "not there". */
export async function placeOf(call: Any): Promise<{ document: string; deal: string }> {
  const document = call.id();
  const deal = await dealOf(call.parts.em(), document, call.acting.company);
  if (deal === null) throw new Refusal('not_found');
  return { document, deal };
}

/** The document in the path with the deal it stands in. */
export async function ownDocument(call: Any): Promise<{ view: DealView; document: DocumentView }> {
  const { document, deal } = await placeOf(call);
  const view = await dealView(call.parts.em(), deal, 'owner');
  const shown = view?.documents.find((doc) => doc.id === document);
  if (!view || !shown) throw new Refusal('not_found');
  return { view, document: shown };
}

/** The document in the path in short, as it stands now. */
export function answerOf(call: Any): Promise<DocumentAnswer> {
  return call.intake.answer(call.id(), call.acting.company);
}

/** What is being written of the document in the path. Throws `not_found` where nothing is. */
export async function draftOf(call: Any): Promise<DraftView> {
  const { document } = await ownDocument(call);
  const draft = document.owner?.draft ?? null;
  if (draft === null) throw new Refusal('not_found');
  return draft;
}

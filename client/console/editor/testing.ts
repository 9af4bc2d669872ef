import type { DraftBody, DraftLine } from '../../../shared/draft.ts';
import { blank } from './unsent.ts';

/** For tests only: a draft whose lines say their own ids. */
export function body(...ids: string[]): DraftBody {
  return {
    language: 'fr',
    currency: 'EUR',
    issueDate: null,
    validUntil: null,
    dueDate: null,
    deliveryDate: null,
    reference: '',
    contact: null,
    deliverTo: '',
    lines: ids.map((id) => line(id, id)),
    notes: '',
    terms: '',
  };
}

export function line(id: string, description: string): DraftLine {
  return { ...blank(id), description };
}

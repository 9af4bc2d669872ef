import type { Party } from '../../shared/document.ts';

/** A party of which nothing but the name is known. */
export function partyOf(name: string): Party {
  return { name, legalName: null, legalForm: null, address: null, vatId: null, ids: [], contact: null };
}

import type { Language } from '../../shared/document.ts';
import { day } from '../../shared/format.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import type { Proposal } from '../../shared/view.ts';

/** What a client asks for, after their name: "propose une modification de « Chauffe-eau »". */
export function askedFor(proposal: Proposal, { chain }: Catalogue, language: Language): string {
  if (proposal.what === 'line') return chain.feed.proposes(proposal.description);
  return chain.feed.asksTime(proposal.until === null ? null : day(proposal.until, language));
}

import { dayIn } from '../../shared/document.ts';
import type { DocumentInput } from '../../shared/document-input.ts';
import { Refusal } from '../../shared/refusal.ts';
import { buyerFrom, type Defaults } from './content.ts';
import { clientParty, contactFor } from './draft.ts';
import { ancestorsOf } from './chain.ts';
import { contentOf } from './find.ts';
import { orderNumberOf, referenceTo, termsFor } from './follow.ts';
import type { LoadedDeal } from './loaded.ts';

/** What a document that is there already keeps when it is written anew. */
export type OwnContent = Pick<Defaults, 'buyer' | 'ownLines' | 'deposit' | 'references'>;

/** What an input leaves open: the client as it is now, the language of its contact, the company's own rules. */
export function defaultsFor(loaded: LoadedDeal, now: Date, input: DocumentInput, own: OwnContent | null = null): Defaults {
  const earlier = loaded.documents.at(-1);
  const known = own?.buyer ?? (earlier ? contentOf(loaded, earlier).buyer : null);
  const contact = input.contact ?? contactFor(loaded, known)?.id ?? null;
  if (input.contact !== null && !loaded.contacts.some((one) => one.id === contact && one.removedAt === null))
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/contact', rule: 'unknown_contact', detail: 'no contact of this client has this id' }],
    });
  const follows = loaded.documents.find((one) => one.id === input.follows);
  const lines = loaded.documents.flatMap((doc) => contentOf(loaded, doc).lines.map((line) => [line.id, doc.id] as const));
  return {
    company: loaded.company,
    today: dayIn(loaded.company.timeZone, now),
    language: input.language ?? loaded.contacts.find((one) => one.id === contact)?.language ?? loaded.company.language,
    buyer: input.client ? buyerFrom(input.client) : (own?.buyer ?? clientParty(loaded, contact)),
    knownLines: new Map(lines),
    ownLines: own?.ownLines ?? new Set(),
    deposit: own?.deposit ?? null,
    terms: termsFor(loaded, input.kind, follows ? [follows] : []),
    references: own?.references ?? (follows ? [referenceTo(follows)] : []),
    reference: own || !follows ? null : orderNumberOf(loaded, [follows, ...ancestorsOf(loaded, follows)]),
  };
}

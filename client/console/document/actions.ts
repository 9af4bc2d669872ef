import { canFollow, chainOf, type Chain } from '../../../shared/chain.ts';
import { comesFrom, counts } from '../../../shared/follows.ts';
import { isZero } from '../../../shared/decimal.ts';
import { isAccepted, isExpired, type Day, type Kind } from '../../../shared/document.ts';
import type { DocumentView } from '../../../shared/view.ts';
import { isRecordable } from '../money/rules.ts';

/** What an owner may do with an issued document besides sharing it. A kind: to make such a document from it. */
export type Act = Kind | 'record' | 'deposit' | 'revise' | 'continueRevision' | 'extend' | 'extendTo' | 'withdraw' | 'reopen' | 'copy';

/** The chain of the documents of a deal. */
export function chainOfView(documents: readonly DocumentView[]): Chain {
  return chainOf(
    documents.map(({ id, kind, status, content, choice }) => ({
      id,
      kind,
      status,
      lines: content.lines,
      chosen: choice?.lines ?? [],
      deposit: content.deposit !== null,
    })),
  );
}

/** Whether a document of a kind can take something of this very document; with `anyWay`, also by way of those that came of it. */
export function hasLeft(chain: Chain, document: DocumentView, kind: Kind, anyWay = false): boolean {
  if (!canFollow(document, kind)) return false;
  const lines = document.content.lines.filter(
    (line) => line.type === 'item' && (!line.optional || (document.choice?.lines ?? []).includes(line.id)),
  );
  return lines.some((line) => {
    const left = anyWay ? chain.left(line.id, kind) : chain.open(line.id, kind);
    return left !== null && !isZero(left);
  });
}

/** The kinds that are made from each, the usual one first. */
const NEXT: { readonly [K in Kind]: readonly Kind[] } = {
  quote: ['order', 'invoice'],
  order: ['delivery', 'invoice'],
  delivery: ['invoice'],
  invoice: ['credit_note'],
  credit_note: [],
};

/**
 * What can be done now, what is most likely wanted first. `primary`: the one that takes the deal further, where there is one.
 * What was ordered is invoiced from its order.
 */
export function actsOf(document: DocumentView, documents: readonly DocumentView[], today: Day): { primary: Act | null; others: Act[] } {
  const { kind, status } = document;
  if (status === 'draft') return { primary: null, others: [] };
  const chain = chainOfView(documents);
  const making: Act[] = NEXT[kind].filter((next) => hasLeft(chain, document, next));
  if (kind === 'quote' && isAccepted(status) && hasLeft(chain, document, 'invoice', true)) making.push('deposit');
  // What a credit note takes back is in its invoice: nothing is begun from its lines.
  const again: Act[] = kind === 'credit_note' ? [] : ['copy'];
  const money: Act[] = isRecordable(document) ? ['record'] : [];
  const all = [...money, ...making, ...changing(document, documents, today), ...again];
  const [first] = all;
  const leads =
    first !== undefined &&
    first !== 'copy' &&
    (making.includes(first) ? kind !== 'invoice' : first === 'continueRevision' || LEADING.has(stateOf(document, today)));
  return leads && first !== undefined ? { primary: first, others: all.slice(1) } : { primary: null, others: all };
}

/** States of a quote after which its revision is what comes next. */
const LEADING: ReadonlySet<string> = new Set(['expired', 'refused', 'on_hold']);

function stateOf({ kind, status, content }: DocumentView, today: Day): string {
  return isExpired({ kind, status, validUntil: content.validUntil }, today) ? 'expired' : status;
}

/** Days that one click gives. */
export const MORE_DAYS = 30;

/** So many days more, counted from today or from the last day that is known, whichever is later. */
export function extendedBy({ content }: DocumentView, days: number, today: Day): Day {
  const { validUntil } = content;
  const from = validUntil !== null && validUntil > today ? validUntil : today;
  return new Date(Date.parse(`${from}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Whether its next revision can be issued: it is a quote nobody has accepted or withdrawn. */
export function isRevisable({ kind, status }: DocumentView): boolean {
  return kind === 'quote' && (status === 'issued' || status === 'on_hold' || status === 'refused');
}

function changing(document: DocumentView, documents: readonly DocumentView[], today: Day): Act[] {
  const { status, owner } = document;
  const acts: Act[] = [];
  const open = status === 'issued' || status === 'on_hold';
  const goesOn = documents.some((one) => counts(one) && comesFrom(one, document.id));
  if (isRevisable(document) && !goesOn) {
    const expired = stateOf(document, today) === 'expired';
    const revise: Act = owner?.draft ? 'continueRevision' : 'revise';
    acts.push(
      ...(expired && open ? (['extend', revise, 'extendTo'] as const) : open ? ([revise, 'extend', 'extendTo'] as const) : [revise]),
    );
    if (open) acts.push('withdraw');
  }
  const decided = isAccepted(status) || status === 'refused' || status === 'withdrawn';
  // Under a draft, too, what was agreed does not move.
  const drafted = documents.some((one) => one.status === 'draft' && comesFrom(one, document.id));
  if (decided && !(isAccepted(status) && (goesOn || drafted))) acts.push('reopen');
  return acts;
}

/** From which documents one of a kind can be made, beginning at this one: the order itself, or its deliveries. */
export function sourcesFor(
  document: DocumentView,
  documents: readonly DocumentView[],
  kind: Kind,
): { all: DocumentView[]; chosen: string[] } {
  const chain = chainOfView(documents);
  if (kind !== 'invoice' || (document.kind !== 'order' && document.kind !== 'delivery')) return { all: [document], chosen: [document.id] };
  const order = document.kind === 'order' ? document.id : document.follows;
  const deliveries = documents.filter(
    (one) => one.kind === 'delivery' && (one.id === document.id || (order !== null && one.follows === order)) && hasLeft(chain, one, kind),
  );
  if (document.kind === 'delivery') return { all: deliveries, chosen: [document.id] };
  return { all: [document, ...deliveries], chosen: deliveries.length > 0 ? deliveries.map(({ id }) => id) : [document.id] };
}

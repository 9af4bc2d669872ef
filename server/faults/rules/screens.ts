import { isDeepStrictEqual } from 'node:util';
import type { DealView } from '../../../shared/view.ts';
import type { EventFact, Facts } from '../facts.ts';
import type { Entry } from '../history.ts';
import { all, by } from './entries.ts';

/** Each page took every event its side may see, once and in order, stands where the deal stands, and shows what a fresh page shows. */
export function screens(history: readonly Entry[], facts: Facts): string[] {
  const received = by(all(history, 'received'), (entry) => entry.who);
  const left = new Map(all(history, 'left').map((entry) => [entry.who, entry]));
  const fresh = new Map(all(history, 'fresh').map(({ view }) => [`${view.deal} ${view.side}`, view]));
  const events = by(
    facts.events.filter((event) => event.deal !== null),
    (event) => String(event.deal),
  );
  const heads = new Map(facts.deals.map((deal) => [deal.id, deal.seq]));
  return all(history, 'opened').flatMap(({ who, deal, side, from }) => {
    const end = left.get(who);
    const batches = received.get(who) ?? [];
    const cursor = end?.cursor ?? batches.at(-1)?.to ?? from;
    const visible = (event: EventFact) => side === 'owner' || event.audience === 'everyone';
    const wanted = (events.get(deal) ?? [])
      .filter((event) => visible(event) && (event.dealSeq ?? 0) > from && (event.dealSeq ?? 0) <= cursor)
      .map((event) => event.dealSeq ?? 0);
    const wrong = sequence(
      who,
      batches.flatMap((batch) => batch.seqs),
      wanted,
    );
    if (end === undefined || end.early) return wrong;
    if (cursor !== heads.get(deal)) return [...wrong, `${who} did not catch up: it stands at ${cursor} of ${heads.get(deal)}`];
    const now = fresh.get(`${deal} ${side}`);
    if (end.view !== null && now !== undefined && !isDeepStrictEqual(asJson(end.view), asJson(now)))
      wrong.push(`${who} shows something else than a fresh page: ${difference(end.view, now)}`);
    return wrong;
  });
}

/** What is wrong with a sequence, in one sentence: the first thing that is. */
function sequence(who: string, seqs: readonly number[], wanted: readonly number[]): string[] {
  const seen = new Set<number>();
  let last = 0;
  for (const seq of seqs) {
    if (seen.has(seq)) return [`${who} took ${seq} twice`];
    if (seq < last) return [`${who} took ${seq} after ${last}`];
    seen.add(seq);
    last = seq;
  }
  const missing = wanted.filter((seq) => !seen.has(seq));
  if (missing.length > 0)
    return [`${who} never took ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}`];
  const known = new Set(wanted);
  const strange = seqs.filter((seq) => !known.has(seq));
  return strange.length > 0 ? [`${who} took ${strange.slice(0, 5).join(', ')}, which is not in the log for it`] : [];
}

/** As it would travel: what is undefined is not there. */
function asJson(view: DealView): unknown {
  return JSON.parse(JSON.stringify(view));
}

/** Where two views part first. */
function difference(mine: unknown, theirs: unknown, path = ''): string {
  if (typeof mine !== 'object' || typeof theirs !== 'object' || mine === null || theirs === null)
    return `${path || '/'} is ${JSON.stringify(mine)}, not ${JSON.stringify(theirs)}`;
  const [one, other] = [mine as Record<string, unknown>, theirs as Record<string, unknown>];
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)]))
    if (!isDeepStrictEqual(one[key], other[key])) return difference(one[key], other[key], `${path}/${key}`);
  return `${path || '/'} is in another order`;
}

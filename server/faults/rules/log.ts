import type { Facts } from '../facts.ts';
import type { Entry } from '../history.ts';
import { by } from './entries.ts';

/** The log of each deal and of the company is numbered from 1 without a gap, and ends where the counter stands. */
export function log(_history: readonly Entry[], { companies, deals, events }: Facts): string[] {
  const wrong: string[] = [];
  const company = events.map((event) => event.seq);
  for (const { seq } of companies) wrong.push(...unbroken('the company’s log', company, seq));
  const ofDeal = by(
    events.filter((event) => event.deal !== null),
    (event) => String(event.deal),
  );
  for (const { id, seq } of deals)
    wrong.push(
      ...unbroken(
        `the log of deal ${id}`,
        (ofDeal.get(id) ?? []).map((event) => event.dealSeq ?? 0),
        seq,
      ),
    );
  return wrong;
}

/** Events are in the order of the company: within a deal they must rise with it. */
function unbroken(what: string, seqs: readonly number[], counter: number): string[] {
  const at = seqs.findIndex((seq, i) => seq !== i + 1);
  if (at !== -1) return [`${what} is broken: ${seqs[at]} stands where ${at + 1} should`];
  return seqs.length === counter ? [] : [`${what} ends at ${seqs.length}, its counter stands at ${counter}`];
}

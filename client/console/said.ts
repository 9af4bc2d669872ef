/** One line of the feed: who did what, what they wrote, and a small remark after it. */
export interface Sentence {
  name: string;
  did: string;
  /** Their own words: a message, or the reason of a decision. */
  quote: string | null;
  note: string | null;
  tone: 'good' | 'bad' | 'wait' | 'talk' | 'look' | 'neutral';
  /** Something has gone wrong that only this person can mend: it stands out, and leads to its document. */
  alarm: boolean;
}

/** Makes a sentence of what was done. */
export type Say = (text: string, tone?: Sentence['tone'], quote?: string | null, note?: string | null) => Sentence;

import { day, dayOf } from '../../../shared/format.ts';
import { outcomeOf, type Outcome } from '../../../shared/outcome.ts';
import type { DecisionView } from '../../../shared/view.ts';
import { wordsOf } from '../facts.ts';
import type { Letter } from '../letter.ts';
import type { Block, Fact } from '../outline.ts';

const STATES = {
  accept: 'accepted',
  accept_with_reserves: 'accepted_with_reserves',
  refuse: 'refused',
  hold: 'on_hold',
} as const satisfies Record<Outcome, string>;
const TONES = { accept: 'good', accept_with_reserves: 'wait', refuse: 'bad', hold: 'wait' } as const satisfies Record<Outcome, string>;

/** The decision of a letter that cannot be without one. Throws where it is. */
export function givenDecision({ decision, kind }: Letter): DecisionView {
  if (decision === null) throw new Error(`a letter of kind ${kind} needs a decision`);
  return decision;
}

/** "Accepté · 24 nov. 2026 · Anne Martin", as on the sheet. */
export function stampOf(letter: Letter): Block {
  const words = wordsOf(letter);
  const decision = givenDecision(letter);
  const { name, at } = decision;
  const outcome = outcomeOf(decision);
  const word = words.state(letter.document.kind, STATES[outcome]);
  return {
    is: 'stamp',
    text: words.document.stamp(word, dayOf(at, letter.language, letter.company.timeZone), name),
    tone: TONES[outcome],
  };
}

export function reasonOf(letter: Letter): Fact | null {
  const { reason } = givenDecision(letter);
  return reason === null || reason === '' ? null : { label: wordsOf(letter).page.reason, value: reason, long: true };
}

/** What belongs to an acceptance: the client's own order number, the options it is for, what was not as it should be. */
export function acceptedOf(letter: Letter): (Fact | null)[] {
  const { orderNumber, chosen, reserves } = givenDecision(letter);
  const words = wordsOf(letter);
  const lineOf = (id: string | null) => letter.document.content.lines.find((line) => line.id === id)?.description ?? null;
  const long = (label: string, lines: string[]): Fact | null =>
    lines.length === 0 ? null : { label, value: lines.join('\n'), long: true };
  return [
    orderNumber === null ? null : { label: words.document.orderNumber, value: orderNumber },
    long(
      words.chain.options.recap,
      chosen.flatMap((id) => lineOf(id) ?? []),
    ),
    long(
      words.document.reserves,
      reserves.map(({ line, text }) => {
        const of = lineOf(line);
        return of === null ? text : words.chain.labelled(of, text);
      }),
    ),
  ];
}

export function remindOf(letter: Letter): Fact | null {
  const { remindOn } = givenDecision(letter);
  return remindOn === null ? null : { label: wordsOf(letter).mail.remindOn, value: day(remindOn, letter.language) };
}

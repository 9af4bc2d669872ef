import type { Facts } from './facts.ts';
import type { Entry } from './history.ts';
import { commands } from './rules/commands.ts';
import { decisions } from './rules/decisions.ts';
import { log } from './rules/log.ts';
import { mails } from './rules/mails.ts';
import { measures } from './rules/measures.ts';
import { money } from './rules/money.ts';
import { numbers } from './rules/numbers.ts';
import { screens } from './rules/screens.ts';

/** One part of the promise: reads what happened against what is there, and says what does not hold, one sentence each. */
export type Rule = (history: readonly Entry[], facts: Facts) => string[];

const RULES: readonly Rule[] = [measures, commands, log, screens, decisions, numbers, mails, money];

/** All that does not hold, in the order of the rules; nothing when the promise was kept. Pure: the same history and facts give the same answer. */
export function check(history: readonly Entry[], facts: Facts): string[] {
  return RULES.flatMap((rule) => rule(history, facts));
}

import type { CommandInputs } from '../../../shared/commands.ts';
import type { RefusalBody } from '../../../shared/refusal.ts';
import { announce } from '../announce.svelte.ts';
import { session } from '../session.svelte.ts';
import { speech } from '../words.svelte.ts';

type MoneyName = 'recordPayment' | 'reversePayment' | 'refundPayment';

/** Sends a command about money. null: it is done. What was refused once its form is gone is said aloud, and null, too. */
export async function sendMoney<N extends MoneyName>(
  name: N,
  input: CommandInputs[N],
  isThere: () => boolean,
): Promise<RefusalBody | null> {
  const answer = await session.send(name, input);
  if (answer.ok) return null;
  if (isThere()) return answer.refusal;
  announce(speech.words.refusals[answer.refusal.code]);
  return null;
}

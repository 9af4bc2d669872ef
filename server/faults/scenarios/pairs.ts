import type { Scenario } from '../scenario.ts';
import type { CommandAnswer } from '../../../shared/protocol.ts';
import { settled } from '../writers.ts';

/** Accept against refuse, at the same moment, at two servers: one wins, with one event and one mail; the other is refused and told what stands. */
export const pairs: Scenario = {
  name: 'pairs',
  planted: { plants: ['decide what is decided'], finds: /(accept after refuse|refuse after accept)$/ },
  async run({ open, random, long, broken }) {
    const world = await open({ servers: broken ? 1 : 2, redis: true, mail: true });
    const [quotes, rounds] = long ? [50, 20] : broken ? [2, 1] : [5, 5];
    const deals = await Promise.all(Array.from({ length: quotes }, () => world.issue('quote')));
    const desks = await Promise.all(
      deals.map(async (deal) => ({
        deal,
        yes: await world.open('client', deal, { on: 0 }),
        no: await world.open('client', deal, { on: 1 }),
        owner: await world.open('owner', deal, { on: random.between(0, 1) }),
      })),
    );
    for (let round = 1; round <= rounds; round += 1)
      await Promise.all(
        desks.map(async ({ deal, yes, no, owner }, i) => {
          const decision = { document: deal.id, revision: 1, reason: null, language: 'en' as const, email: null };
          const accept = yes.send('acceptDocument', { ...decision, name: `Anne ${round}`, orderNumber: null, reserves: [], chosen: null });
          const refuse = no.send('refuseDocument', { ...decision, name: `Bert ${round}` });
          const [accepted, refused] = [await settled(accept), await settled(refuse)];
          const is = `accept: ${outcomeOf(accepted)}; refuse: ${outcomeOf(refused)}`;
          const wanted = accepted?.ok
            ? 'accept: done; refuse: already_decided, accepted'
            : 'accept: already_decided, refused; refuse: done';
          world.history.add({ what: 'observed', thing: `round ${round} of quote ${i + 1}`, is, wanted });
          await settled(owner.send('reopenDocument', { document: deal.id, reason: 'Once more' }));
        }),
      );
    world.history.add({ what: 'mails awaited' });
    return `${quotes * rounds} pairs`;
  },
};

/** Done, or refused with what stands. */
function outcomeOf(answer: CommandAnswer | null): string {
  if (answer === null) return 'no answer';
  return answer.ok ? 'done' : `${answer.refusal.code}, ${String(answer.refusal.data['status'])}`;
}

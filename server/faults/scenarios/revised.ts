import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import { settled } from '../writers.ts';

/** A decision on a revision that is being, or has been, replaced: it is refused, and nothing of it is kept. */
export const revised: Scenario = {
  name: 'revised',
  planted: { plants: ['ignore the revision'], finds: /was acknowledged and is recorded otherwise/ },
  async run({ open, random, long, broken }) {
    const world = await open({ servers: broken ? 1 : 2, redis: true, mail: true });
    const [quotes, rounds] = long ? [20, 50] : broken ? [2, 2] : [4, 5];
    const deals = await Promise.all(Array.from({ length: quotes }, () => world.issue('quote')));
    const desks = await Promise.all(
      deals.map(async (deal) => ({
        deal,
        client: await world.open('client', deal, { on: 1 }),
        owner: await world.open('owner', deal, { on: 0 }),
      })),
    );
    let refused = 0;
    let old = 0;
    for (let round = 1; round <= rounds; round += 1)
      await Promise.all(
        desks.map(async ({ deal, client, owner }, i) => {
          const now = client.view()?.documents[0]?.revision ?? 1;
          // In turn: on the one that was just replaced, and on the one that is being replaced at this moment.
          const revision = round % 2 === 0 ? Math.max(1, now - 1) : now;
          const decision = { document: deal.id, revision, name: `Anne ${round}`, reason: null, language: 'en' as const, email: null };
          const later = new Date(Date.now() + (30 + round) * 86_400_000).toISOString().slice(0, 10);
          const decide =
            i % 2 === 0
              ? client.send('acceptDocument', { ...decision, orderNumber: null, reserves: [], chosen: null })
              : client.send('refuseDocument', decision);
          // The paper is drawn first: somewhere in between.
          await delay(random.between(0, 300));
          const extend = owner.send('extendValidity', { document: deal.id, validUntil: later });
          const [, answer] = [await settled(extend), await settled(decide)];
          if (revision < now) {
            old += 1;
            const is = answer === null ? 'no answer' : answer.ok ? 'done' : answer.refusal.code;
            world.history.add({
              what: 'observed',
              thing: `${decision.name}'s decision on the revision before`,
              is,
              wanted: 'revision_changed',
            });
          }
          if (answer?.ok) await settled(owner.send('reopenDocument', { document: deal.id, reason: 'Once more' }));
          else refused += 1;
        }),
      );
    world.history.add({ what: 'observed', thing: 'old revisions were decided on', is: String(old > 0), wanted: 'true' });
    world.history.add({ what: 'mails awaited' });
    return `${quotes * rounds} decisions, ${refused} refused`;
  },
};

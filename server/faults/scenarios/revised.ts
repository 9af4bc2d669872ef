import { setTimeout as delay } from 'node:timers/promises';
import type { Screen } from '../clients.ts';
import { until } from '../processes.ts';
import type { Scenario } from '../scenario.ts';
import { settled } from '../writers.ts';

const revisionOf = (screen: Screen) => screen.view()?.documents[0]?.revision ?? 1;

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
    const extend = (desk: (typeof desks)[number], days: number) =>
      desk.owner.send('extendValidity', {
        document: desk.deal.id,
        validUntil: new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
      });
    // Whoever decides first in each round: there is an old revision.
    for (const desk of desks) await settled(extend(desk, 31));
    await until('each client sees the second revision', 10_000, () => desks.every(({ client }) => revisionOf(client) === 2));
    let refused = 0;
    let old = 0;
    for (let round = 1; round <= rounds; round += 1)
      await Promise.all(
        desks.map(async (desk, i) => {
          const { deal, client, owner } = desk;
          const now = revisionOf(client);
          // In turn: on the one that was just replaced, and on the one that is being replaced at this moment.
          const revision = round % 2 === 0 ? Math.max(1, now - 1) : now;
          const decision = { document: deal.id, revision, name: `Anne ${round}`, reason: null, language: 'en' as const, email: null };
          const decide =
            i % 2 === 0
              ? client.send('acceptDocument', { ...decision, orderNumber: null, reserves: [], chosen: null })
              : client.send('refuseDocument', decision);
          // The paper is drawn first: somewhere in between.
          await delay(random.between(0, 300));
          const extended = extend(desk, 31 + round);
          const [, answer] = [await settled(extended), await settled(decide)];
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

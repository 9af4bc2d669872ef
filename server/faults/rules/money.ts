import type { EventFact, Facts } from '../facts.ts';
import type { Entry } from '../history.ts';
import { all, by } from './entries.ts';

/** Order of the states of a payment page: it never goes back, and money that came in after all goes before every other end. */
const RANK: Readonly<Record<string, number>> = { open: 1, replaced: 2, expired: 3, processing: 4, failed: 5, paid: 6 };
const ABOUT_PAGES = new Set(['payment.started', 'payment.processing', 'payment.failed', 'payment.ended']);

/** What Stripe has taken is in the ledger once, nothing else is, sums are sums, and no state goes backwards. */
export function money(history: readonly Entry[], { payments, documents, events }: Facts): string[] {
  const wrong: string[] = [];
  const charged = new Map(all(history, 'charged').map((entry) => [entry.charge, entry]));
  const online = payments.filter((payment) => payment.checkout !== null);
  for (const { charge, document, amount } of charged.values()) {
    const entered = online.filter((payment) => payment.external === charge);
    if (entered.length !== 1) wrong.push(`charge ${charge} is in the ledger ${entered.length} times`);
    const [first] = entered;
    if (first && (first.document !== document || first.amount !== amount))
      wrong.push(`charge ${charge} of ${amount} for document ${document} is entered as ${first.amount} for ${first.document}`);
  }
  for (const { id, external } of online)
    if (!charged.has(external ?? '')) wrong.push(`payment ${id} (${external}) is in the ledger, and Stripe has taken no such money`);

  const ledgers = by(payments, (payment) => payment.document);
  for (const { id, number, paid } of documents) {
    const sum = (ledgers.get(id) ?? []).reduce((total, payment) => total + payment.amount, 0);
    if (sum !== paid) wrong.push(`${number} says ${paid} were paid, its ledger comes to ${sum}`);
  }
  const told = events.filter((event) => event.type === 'payment.received');
  const received = payments.filter((payment) => payment.kind === 'payment');
  if (told.length !== received.length) wrong.push(`${received.length} payments were entered and ${told.length} told of`);
  return [...wrong, ...backwards(events)];
}

function backwards(events: readonly EventFact[]): string[] {
  const pages = by(
    events.filter((event) => ABOUT_PAGES.has(event.type)).map((event) => event.data['checkout'] as { id: string; state: string }),
    (checkout) => checkout.id,
  );
  return [...pages].flatMap(([page, states]) => {
    const at = states.findIndex(({ state }, i) => (RANK[state] ?? 0) <= (RANK[states[i - 1]?.state ?? ''] ?? 0));
    return at === -1 ? [] : [`payment page ${page} went from ${states[at - 1]?.state} to ${states[at]?.state}`];
  });
}

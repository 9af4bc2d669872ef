import { ONLINE_METHODS, type PaymentMethod, type PaymentView } from './payment.ts';

/** A payment, or an entry that is about none of those shown, and what came of it later, oldest first. */
export interface LedgerGroup {
  entry: PaymentView;
  later: PaymentView[];
}

/** The ledger as it is read: under each payment what took it back, in the order in which it was entered. */
export function groupsOf(payments: readonly PaymentView[]): LedgerGroup[] {
  const groups = new Map<string, LedgerGroup>();
  for (const entry of payments) {
    const about = entry.of === null ? undefined : groups.get(entry.of);
    if (about) about.later.push(entry);
    else groups.set(entry.id, { entry, later: [] });
  }
  return [...groups.values()];
}

type Disputing = Pick<PaymentView, 'id' | 'kind' | 'of'>;

/** The dispute, or the question of a bank, that is not closed yet: the last one where there are several. null: none is. */
export function disputedOf<E extends Disputing>(payments: readonly E[]): E | null {
  const open = new Map<string, E>();
  for (const entry of payments) {
    const about = entry.of ?? entry.id;
    if (entry.kind === 'dispute') open.set(about, entry);
    else if (entry.kind === 'dispute_won' || entry.kind === 'dispute_lost') open.delete(about);
  }
  return [...open.values()].at(-1) ?? null;
}

/** Whether money came in through Stripe, and goes back the same way. */
export function isOnline(method: PaymentMethod): boolean {
  return method === 'online' || ONLINE_METHODS.some((one) => one === method);
}

/** An address that may be followed: of the web, and nothing a browser would run. null: none. */
export function webAddress(url: string | null): string | null {
  return url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : null;
}

/** An entry as the client sees it: what Stripe and the banks give as a reason is a code, and the company's business. */
export function asClientSees(entry: PaymentView): PaymentView {
  return entry.by === null ? { ...entry, reason: null } : entry;
}

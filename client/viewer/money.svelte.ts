import type { DocumentView } from '../../shared/view.ts';
import type MoneyType from './Money.svelte';
import { payableOn } from './page-state.ts';

/** Paying, transfers and the ledger: only where there is an invoice, so that nobody else loads their code. */
let part = $state.raw<typeof MoneyType | null>(null);

/** The component, once it is here. */
export function moneyPart(): typeof MoneyType | null {
  return part;
}

/** On the server everything is here from the start. */
export function haveMoney(given: typeof MoneyType): void {
  part = given;
}

export async function loadMoney(): Promise<void> {
  part ??= (await import('./Money.svelte')).default;
}

/** Whether there is anything to pay, or was, on the page of a document. */
export function wantsMoney(doc: DocumentView | undefined, documents: readonly DocumentView[]): boolean {
  return doc !== undefined && payableOn(doc, documents) !== undefined;
}

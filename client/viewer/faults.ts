import type { Change } from '../../shared/changes.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import type { RefusalBody } from '../../shared/refusal.ts';

/** In the order in which they stand in the panel. */
export const DECISION_FIELDS = ['name', 'email', 'orderNumber', 'reserves', 'remindOn', 'reason'] as const;
export type DecisionField = (typeof DECISION_FIELDS)[number];

/** What is wrong with which field of the decision, from a refusal, in the reader's language. */
export function fieldFaults(refusal: RefusalBody | null, words: Catalogue): Partial<Record<DecisionField, string>> {
  if (refusal === null) return {};
  if (refusal.code === 'name_required') return { name: words.refusals.name_required };
  const found: Partial<Record<DecisionField, string>> = {};
  for (const fault of refusal.faults) {
    const field = DECISION_FIELDS.find(
      (name) => fault.pointer === `/${name}` || fault.pointer.endsWith(`/${name}`) || fault.pointer.startsWith(`/${name}/`),
    );
    if (field) found[field] ??= field === 'name' && fault.rule === 'required' ? words.refusals.name_required : wordOf(fault.rule, words);
  }
  return found;
}

/** The changes a `revision_changed` carries; none for any other refusal. */
export function refusedChanges(refusal: RefusalBody | null): Change[] {
  const changes = refusal?.code === 'revision_changed' ? refusal.data.changes : null;
  return Array.isArray(changes) ? (changes as Change[]) : [];
}

function wordOf(rule: string, words: Catalogue): string {
  const { faults } = words.page;
  if (rule === 'required' || rule === 'min_length') return faults.required;
  if (rule === 'email') return faults.email;
  if (rule === 'date' || rule === 'day') return faults.date;
  if (rule === 'max_length' || rule === 'too_long') return faults.too_long;
  return faults.other;
}

import { isAccepted, isExpired, dayIn } from '../../shared/document.ts';
import type { CommandInputs } from '../../shared/commands.ts';
import { Refusal } from '../../shared/refusal.ts';
import { choiceOf } from '../../shared/totals.ts';
import { applyContent } from '../model/columns.ts';
import { standingDecision, decisionView } from '../model/document-view.ts';
import { contentOf, findIssued } from '../model/find.ts';
import { revisionChanged } from './decide.ts';
import type { DealScope, Result } from './scope.ts';

/** The client ticks or unticks an optional line while the quote is open: both sides see the total move. */
export function chooseOption(scope: DealScope, input: CommandInputs['chooseOption']): Result {
  const { loaded } = scope;
  const document = findIssued(loaded, input.document);
  const { kind, status, validUntil } = document;
  if (input.revision !== document.revision) throw revisionChanged(scope, document, input.revision);
  if (isAccepted(status)) {
    const decision = standingDecision(loaded, document);
    throw new Refusal('already_decided', { data: { status, decision: decision ? decisionView(decision) : null } });
  }
  if (kind !== 'quote' || (status !== 'issued' && status !== 'on_hold'))
    throw new Refusal('action_not_allowed', { data: { kind, status } });
  if (isExpired({ kind, status, validUntil }, dayIn(loaded.company.timeZone, scope.now)))
    throw new Refusal('quote_expired', { data: { validUntil } });
  const content = contentOf(loaded, document);
  const line = content.lines.find((one) => one.id === input.line && one.optional);
  if (!line)
    throw new Refusal('invalid_input', { faults: [{ pointer: '/line', rule: 'unknown_line', detail: 'no optional line has this id' }] });
  if (document.chosen.includes(line.id) === input.chosen) return { chosen: document.chosen };
  const person = scope.person().id;
  // In the order of the sheet, so that the same choice is the same list.
  document.chosen = content.lines
    .filter((one) => (one.id === line.id ? input.chosen : document.chosen.includes(one.id)))
    .map((one) => one.id);
  applyContent(document, content);
  document.updatedAt = scope.now;
  const choice = choiceOf(content, document.chosen);
  if (choice === null) throw new Error(`quote ${document.id} has an optional line and no totals`);
  scope.say('options.chosen', document.id, { line: line.id, description: line.description, chosen: input.chosen, choice });
  return { chosen: document.chosen, person };
}

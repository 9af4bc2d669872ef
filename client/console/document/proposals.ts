import { compare } from '../../../shared/decimal.ts';
import type { Day } from '../../../shared/document.ts';
import { isDecimal } from '../../../shared/money.ts';
import type { DocumentView, Proposal } from '../../../shared/view.ts';
import { isRevisable } from './actions.ts';

/**
 * What the owner can make of a request: put it into a revision, give more time, or nothing any more. `taken`: what was asked for stands
 * there; `revised`: the quote was revised since it was asked, in another way.
 */
export type Answer = 'apply' | 'extend' | 'taken' | 'revised' | null;

type LineProposal = Extract<Proposal, { what: 'line' }>;
export type AskedField = 'quantity' | 'unitPrice';
const FIELDS: readonly AskedField[] = ['quantity', 'unitPrice'];

export function answerTo(proposal: Proposal, document: DocumentView, today: Day): Answer {
  if (document.kind !== 'quote') return null;
  if (proposal.what === 'line') return answerToLine(proposal, document);
  if (document.status !== 'issued' && document.status !== 'on_hold') return null;
  const { until, revision } = proposal;
  const wanted = until === null ? !isExtendedSince(document, revision) : until >= today && until > (document.content.validUntil ?? '');
  return wanted ? 'extend' : null;
}

/** Whether the validity has moved since the revision at which somebody asked for more time, without saying how much. */
function isExtendedSince({ revisions }: DocumentView, revision: number): boolean {
  return revisions.some(
    (one) => one.revision > revision && one.changes.some((change) => change.what === 'field_changed' && change.field === 'validUntil'),
  );
}

function answerToLine(proposal: LineProposal, document: DocumentView): Answer {
  const line = lineOf(proposal, document);
  if (line && FIELDS.every((field) => isAsked(proposal, field, line))) return 'taken';
  if (proposal.revision < document.revision) return 'revised';
  return line && isRevisable(document) ? 'apply' : null;
}

/** What somebody has written in the prepared revision since the client looked, in a field the client asks about. */
export function writtenSince(proposal: LineProposal, document: DocumentView): { field: AskedField; now: string }[] {
  const seen = document.content.lines.find((one) => one.id === proposal.line);
  const line = document.owner?.draft ? lineOf(proposal, document) : undefined;
  if (!seen || !line) return [];
  return FIELDS.filter((field) => !isAsked(proposal, field, line) && !same(line[field], seen[field])).map((field) => ({
    field,
    now: line[field] ?? '',
  }));
}

/** The line as it is being written, or as it was issued. */
function lineOf({ line }: LineProposal, { content, owner }: DocumentView): Readonly<Record<AskedField, string | null>> | undefined {
  return (owner?.draft?.body ?? content).lines.find((one) => one.id === line);
}

function isAsked(proposal: LineProposal, field: AskedField, line: Readonly<Record<AskedField, string | null>>): boolean {
  return proposal[field] === null || same(proposal[field], line[field]);
}

/** As numbers: "2" is "2.00". What is no number is only itself. */
function same(a: string | null, b: string | null): boolean {
  const [one, other] = [a ?? '', b ?? ''];
  return one === other || (isDecimal(one) && isDecimal(other) && compare(one, other) === 0);
}

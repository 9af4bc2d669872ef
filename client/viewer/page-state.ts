import { isPastRefusing } from '../../shared/follows.ts';
import { actionsFor, type Action, type Day, type Language } from '../../shared/document.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import type { PageProps } from '../../shared/page.ts';
import type { RefusalBody } from '../../shared/refusal.ts';
import type { DocumentView } from '../../shared/view.ts';

/** The catalogues a page needs: the reader's, and those of its documents. */
export type Catalogues = Partial<Record<Language, Catalogue>>;

/** The document as it is on the screen: its current revision, or the older one the page was asked for. */
export function shownDocument(props: PageProps, doc: DocumentView): DocumentView {
  if (props.revision === null) return doc;
  const { content, choice } = props.older ?? { content: doc.content, choice: null };
  // What has happened since belongs to the current one, as in the PDF.
  const nothing = { paid: null, credited: null, payments: [], checkouts: [], decision: null, acts: [], progress: null, receipts: [] };
  return { ...doc, ...nothing, revision: props.revision, content, choice, due: (choice?.totals ?? content.totals)?.due ?? null };
}

/** What the reader may do now. Nothing on an older revision, and nothing in the owner's preview. `documents` are those of the deal. */
export function allowedActions(props: PageProps, doc: DocumentView, documents: readonly DocumentView[], today: Day): Action[] {
  if (props.revision !== null || props.reader.mode === 'preview') return [];
  const actions = actionsFor({ kind: doc.kind, status: doc.status, validUntil: doc.content.validUntil }, today);
  return isPastRefusing(doc, documents) ? actions.filter((action) => action === 'accept') : actions;
}

/** What is paid on the page of a document: the invoice itself, or on an accepted quote or order the deposit that is asked on it. */
export function payableOn(doc: DocumentView, documents: readonly DocumentView[]): DocumentView | undefined {
  if (doc.kind === 'invoice') return doc;
  return documents.find((one) => one.content.deposit?.document === doc.id && (one.status === 'issued' || one.status === 'part_paid'));
}

/** A change, or more time, may be asked for: of a quote that can still be revised, by its reader. */
export function isAskable(props: PageProps, doc: DocumentView): boolean {
  if (props.revision !== null || props.reader.mode === 'preview' || doc.kind !== 'quote') return false;
  return doc.status === 'issued' || doc.status === 'on_hold' || doc.status === 'refused';
}

/** What the second step of a decision asks for, as typed. */
export interface DecisionValues {
  name: string;
  email: string;
  reason: string;
  remindOn: string;
  orderNumber: string;
  /** Of a delivery: by line, '' for all of it. */
  reserves: Record<string, string>;
}

export const NOTHING_TYPED: DecisionValues = { name: '', email: '', reason: '', remindOn: '', orderNumber: '', reserves: {} };

/** An opened second step. */
export interface Step {
  action: Action;
  values: DecisionValues;
  /** Why it did not go through before. */
  refusal: RefusalBody | null;
  /** A part of the page, as the server made it; otherwise a dialog. */
  inline: boolean;
}

/** The step the server has opened in the page, with what was typed before a refusal; null when it opened none. */
export function firstStep({ form, reader }: PageProps): Step | null {
  if (form.step === null) return null;
  const { name, email, reason, remindOn, orderNumber, reserves } = form.values;
  const values = { name: name || (reader.name ?? ''), email, reason, remindOn, orderNumber, reserves };
  return { action: form.step, values, refusal: form.refusal, inline: true };
}

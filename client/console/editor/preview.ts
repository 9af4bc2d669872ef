import type { Day, DocumentContent } from '../../../shared/document.ts';
import type { DraftBody } from '../../../shared/draft.ts';
import { contentOf } from '../../../shared/draft-content.ts';
import { choiceOf } from '../../../shared/totals.ts';
import type { ContactView, DocumentView } from '../../../shared/view.ts';

/** The company's own rules for dates that are left open; null where they are not known here. */
export interface Rules {
  validityDays: number;
  paymentDays: number;
}

export interface PreviewOf {
  document: DocumentView;
  body: DraftBody;
  contacts: readonly ContactView[];
  today: Day;
  rules: Rules | null;
}

/** What the draft comes to as it stands here: the function the server keeps drafts by, with open dates as they would be today. */
export function contentNow({ document, body, contacts, today, rules }: PreviewOf): DocumentContent {
  const { content, kind } = document;
  const issueDate = body.issueDate ?? today;
  const byRule = (days: number | undefined) => (days === undefined ? null : plusDays(issueDate, days));
  const contact = contacts.find((one) => one.id === body.contact);
  const addressed = contact ? { name: contact.name, email: contact.email, phone: contact.phone } : null;
  return contentOf(kind, body, {
    ...content,
    issueDate,
    validUntil: byRule(rules?.validityDays),
    dueDate: byRule(rules?.paymentDays),
    buyer: { ...content.buyer, contact: body.contact === null ? content.buyer.contact : addressed },
  });
}

/** The sheet shows a draft, or the revision that comes next, whatever has become of the one before. */
export function documentNow(document: DocumentView, content: DocumentContent): DocumentView {
  // What the client has chosen stays chosen, as long as it is still an option.
  const optional = new Set(content.lines.filter((line) => line.optional).map(({ id }) => id));
  const choice = choiceOf(
    content,
    (document.choice?.lines ?? []).filter((id) => optional.has(id)),
  );
  return {
    ...document,
    content,
    status: 'draft',
    revision: document.status === 'draft' ? document.revision : document.revision + 1,
    paid: content.totals === null ? null : 0,
    credited: content.totals === null ? null : 0,
    due: (choice?.totals ?? content.totals)?.due ?? null,
    decision: null,
    choice,
    acts: [],
    receipts: [],
  };
}

/** A day some days after another. */
export function plusDays(day: Day, days: number): Day {
  const at = Date.parse(`${day}T00:00:00Z`) + days * 86_400_000;
  return Number.isNaN(at) ? day : new Date(at).toISOString().slice(0, 10);
}

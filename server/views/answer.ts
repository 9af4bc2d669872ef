import type { Kind, Status } from '../../shared/document.ts';
import type { Minor } from '../../shared/money.ts';
import type { DocumentView, Warning } from '../../shared/view.ts';

/** A document as `/api/v1` answers it. Amounts in minor units, null where the document has none. */
export interface DocumentAnswer {
  id: string;
  deal: string;
  kind: Kind;
  number: string | null;
  revision: number;
  status: Status;
  currency: string | null;
  totals: { net: Minor | null; vat: Minor | null; gross: Minor | null; paid: Minor | null; due: Minor | null };
  warnings: Warning[];
  /** The address of its oldest open link; null on a draft or when all are revoked. */
  link: string | null;
}

/** `url` makes the address of a link from its id. */
export function documentAnswer(document: DocumentView, deal: string, url: (link: string) => string): DocumentAnswer {
  // With the options that were chosen.
  const { totals, vat } = document.choice ?? document.content;
  const open = document.owner?.links.find((link) => link.revokedAt === null);
  return {
    id: document.id,
    deal,
    kind: document.kind,
    number: document.number,
    revision: document.revision,
    status: document.status,
    currency: document.content.currency,
    totals: {
      net: totals?.net ?? null,
      vat: totals && (totals.vat !== 0 || vat.length > 0) ? totals.vat : null,
      gross: totals?.gross ?? null,
      paid: document.paid,
      due: document.due,
    },
    warnings: document.owner?.warnings ?? [],
    link: open ? url(open.id) : null,
  };
}

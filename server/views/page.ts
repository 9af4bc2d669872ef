import type { Language } from '../../shared/document.ts';
import type { Em } from '../db.ts';

/** Whose page it is, and all that it depends on: while none of this changes, the page of a day and a language stays what it is. */
export interface PageMark {
  deal: string;
  company: string;
  /** The document the link was made for. */
  document: string;
  /** The deal's sequence: whatever of the deal is on the page moves it. */
  seq: number;
  /** The company and the contact, who change without the deal. */
  digest: string;
  timeZone: string;
  language: { contact: Language | null; company: Language };
  /** Who the holder of the link is in this browser, as far as known. */
  person: { id: string; name: string; email: string | null } | null;
}

interface Row {
  deal: string;
  company: string;
  document: string;
  seq: string;
  digest: string;
  time_zone: string;
  of_contact: Language | null;
  of_company: Language;
  person: string | null;
  name: string | null;
  email: string | null;
}

/** By primary keys, and the one of people: `seq` and `file_bytes` move with everything the company does, and are on no page. */
const MARK = `select l.deal_id as deal, d.company_id as company, l.document_id as document, d.seq, c.time_zone,
    c.language as of_company, k.language as of_contact, p.id as person, p.name, p.email,
    md5((to_jsonb(c) - 'seq' - 'file_bytes')::text || coalesce(to_jsonb(k)::text, '')) as digest
  from links l
  join deals d on d.id = l.deal_id
  join companies c on c.id = d.company_id
  left join contacts k on k.id = l.contact_id
  left join people p on p.deal_id = l.deal_id and (p.contact_id = l.contact_id or (l.contact_id is null and p.link = l.id and p.browser = ?))
  where l.id = ? and l.revoked_at is null`;

/** What the page behind a link depends on now; null where the link opens nothing. `browser`: the id in the visitor's cookie, '' without. */
export async function pageMark(em: Em, link: string, browser: string): Promise<PageMark | null> {
  const [row] = await em.execute<Row[]>(MARK, [browser, link]);
  if (!row) return null;
  const { deal, company, document, digest, person, name, email } = row;
  return {
    ...{ deal, company, document, digest },
    seq: Number(row.seq),
    timeZone: row.time_zone,
    language: { contact: row.of_contact, company: row.of_company },
    person: person === null ? null : { id: person, name: name ?? '', email },
  };
}

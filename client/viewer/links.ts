import type { Action, Language } from '../../shared/document.ts';
import type { PageProps } from '../../shared/page.ts';

/** The addresses of the client's page. All of them stay under the secret link. */
export interface PageLinks {
  document: (id: string) => string;
  /** The second step of a decision, as a part of the page. */
  step: (action: Action) => string;
  language: (language: Language) => string;
  /** An older revision; null for the current one. */
  revision: (n: number | null) => string;
  pdf: string;
  download: string;
  decide: string;
  messages: string;
  options: string;
  /** Where a payment of a document begins. */
  pay: (document: string) => string;
  /** Our own receipt of an entry of the document's ledger. */
  receipt: (entry: { id: string }) => string;
  /** Where the files of a document are sent to and read from. */
  filesAt: (document: string) => string;
  actAsClient: string;
  preview: string;
}

/** The links of a page. The owner trying the client's page stays in that role on every one of them. */
export function pageLinks({ base, document, revision, reader }: Pick<PageProps, 'base' | 'document' | 'revision' | 'reader'>): PageLinks {
  const role: [string, string][] = reader.mode === 'as_client' ? [['as', 'client']] : [];
  const at = (path: string, ...query: [string, string][]) => {
    const all = new URLSearchParams([...role, ...query]).toString();
    return `${base}/${path}${all === '' ? '' : `?${all}`}`;
  };
  const read: [string, string][] = revision === null ? [] : [['revision', String(revision)]];
  return {
    document: (id) => at(id),
    step: (action) => `${at(document, ['step', action])}#decide`,
    language: (language) => at(document, ...read, ['lang', language]),
    revision: (n) => (n === null ? at(document) : at(document, ['revision', String(n)])),
    pdf: `${base}/${document}/pdf${revision === null ? '' : `?revision=${revision}`}`,
    download: `${base}/${document}/pdf?${revision === null ? '' : `revision=${revision}&`}download`,
    // A form that comes back refused is where the reader was.
    decide: `${at(`${document}/decide`)}#decide`,
    messages: `${at(`${document}/messages`)}#talk`,
    options: `${at(`${document}/options`)}#sheet`,
    pay: (id) => at(`${id}/pay`),
    receipt: ({ id }) => `${base}/${document}/payments/${id}/receipt.pdf`,
    filesAt: (id) => at(`${id}/files`),
    actAsClient: `${base}/${document}?as=client`,
    preview: `${base}/${document}`,
  };
}

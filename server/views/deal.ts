import { databaseCode, type Em } from '../db.ts';
import { loadDeal } from '../load.ts';
import { asClientSees } from '../../shared/ledger.ts';
import type { DealView, DocumentView, Side } from '../../shared/view.ts';
import { companyView } from '../model/company.ts';
import { contactViews, documentView, fileView } from '../model/document-view.ts';
import type { LoadedDeal } from '../model/loaded.ts';
import { ANOTHER_RESULT } from '../pg-client.ts';

const ATTEMPTS = 3;

/**
 * What one side may see of a deal now. It is read in one snapshot of the database, so that it is exactly what folding the
 * log up to `seq` gives. null when there is no such deal.
 */
export async function dealView(em: Em, deal: string, side: Side): Promise<DealView | null> {
  return inSnapshot(em, (snapshot) => dealViewIn(snapshot, deal, side));
}

/** Reads at one moment, whatever is written meanwhile. `read` is called again where a migration came in between. */
export async function inSnapshot<T>(em: Em, read: (snapshot: Em) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await em.transactional((tx) => read(tx as Em), { isolationLevel: 'repeatable read', readOnly: true });
    } catch (error) {
      if (databaseCode(error) !== ANOTHER_RESULT || tried === ATTEMPTS) throw error;
    }
  }
}

/** The same in a snapshot that others read in, too. */
export async function dealViewIn(snapshot: Em, deal: string, side: Side): Promise<DealView | null> {
  const loaded = await loadDeal(snapshot, deal, 'messages');
  return loaded === null ? null : viewOf(loaded, side);
}

/** What only the owner's side may know is left out. */
function clientsView(document: DocumentView): DocumentView {
  return { ...document, owner: null, payments: document.payments.map(asClientSees) };
}

function viewOf(loaded: LoadedDeal, side: Side): DealView {
  const owner = side === 'owner';
  // On the client's side a document is there from its issue on: so it stands in the order in which they were issued.
  const visible = owner
    ? loaded.documents
    : loaded.documents
        .filter((document) => document.status !== 'draft')
        .sort((a, b) => (a.issuedAt?.getTime() ?? 0) - (b.issuedAt?.getTime() ?? 0) || a.position - b.position);
  return {
    deal: loaded.deal.id,
    seq: loaded.deal.seq,
    side,
    company: companyView(loaded.company),
    client: {
      id: loaded.client.id,
      name: loaded.client.name,
      contacts: owner ? contactViews(loaded.contacts) : [],
    },
    documents: visible.map((document) => (owner ? documentView(loaded, document) : clientsView(documentView(loaded, document)))),
    messages: loaded.messages.map((m) => ({
      id: m.id,
      seq: m.seq,
      document: m.document,
      person: m.person,
      side: m.side,
      name: m.name,
      text: m.text,
      notify: m.notify,
      proposal: m.proposal,
      files: loaded.files.filter((file) => file.message === m.id).map(fileView),
      at: m.at.toISOString(),
    })),
    people: loaded.people.map(({ id, side: of, name, readSeq }) => ({ id, side: of, name, readSeq })),
  };
}

import type { DocumentContent, Kind, Language, Party, Status } from '../../shared/document.ts';
import type { PageProps } from '../../shared/page.ts';
import { totalsOf, vatRows } from '../../shared/totals.ts';
import type { DealView, DocumentView } from '../../shared/view.ts';

/** Made-up pages for the tests of the client's page. */

const party = (name: string): Party => ({ name, legalName: null, legalForm: null, address: null, vatId: null, ids: [], contact: null });

export function contentOf(kind: Kind, language: Language): DocumentContent {
  const priced = kind !== 'delivery';
  const lines = [
    {
      id: 'l1',
      type: 'item' as const,
      optional: false,
      number: '1',
      description: 'Bibliothèque <sur mesure>',
      details: ['Chêne massif'],
      quantity: '2',
      unit: 'C62',
      unitPrice: priced ? '1234.50' : null,
      priceBase: '1',
      adjustments: [],
      net: priced ? 246900 : null,
      vat: priced ? { category: 'S', rate: '20' } : null,
      from: null,
      backorder: null,
    },
  ];
  const vat = vatRows(lines, []);
  return {
    language,
    logo: null,
    deposit: null,
    currency: priced ? 'EUR' : null,
    issueDate: '2026-11-10',
    validUntil: kind === 'quote' ? '2026-11-29' : null,
    dueDate: kind === 'invoice' ? '2026-11-20' : null,
    reference: null,
    seller: party('Dupont SARL'),
    buyer: party('Martin & Fils'),
    deliverTo: null,
    deliveryDate: null,
    lines,
    adjustments: [],
    vat: priced ? vat : [],
    totals: priced ? totalsOf(lines, [], vat) : null,
    references: [],
    payment: null,
    notes: [],
    terms: ['Acompte de 30 %.'],
    mentions: [],
  };
}

export function documentOf(kind: Kind, status: Status, language: Language): DocumentView {
  const content = contentOf(kind, language);
  const actions: Partial<Record<Status, 'accept' | 'refuse' | 'hold'>> = { accepted: 'accept', refused: 'refuse', on_hold: 'hold' };
  const action = actions[status];
  const at = '2026-11-23T10:00:00.000Z';
  const nothing = { reason: null, remindOn: null, orderNumber: null, reserves: [], chosen: [] };
  const decision = action ? { action, revision: 1, name: 'Anne Martin', ...nothing, at } : null;
  return {
    id: `d-${kind}`,
    kind,
    number: 'D-2026-012',
    origin: null,
    revision: 1,
    status,
    content,
    issuedAt: at,
    revisions: [{ revision: 1, issuedAt: at, changes: [] }],
    paid: content.totals ? 0 : null,
    credited: content.totals ? 0 : null,
    payments: [],
    checkouts: [],
    acts: [],
    choice: null,
    progress: null,
    due: content.totals?.due ?? null,
    decision,
    decisions: decision ? [decision] : [],
    receipts: [],
    files: [],
    follows: null,
    owner: null,
  };
}

export function propsOf(kind: Kind, status: Status, language: Language, more: Partial<PageProps> = {}): PageProps {
  const document = documentOf(kind, status, language);
  const message = { document: document.id, notify: false, proposal: null, files: [], at: '2026-11-23T15:00:00.000Z' };
  const view: DealView = {
    deal: 'deal',
    seq: 9,
    side: 'client',
    company: { id: 'c', name: 'Dupont SARL', language: 'fr', timeZone: 'Europe/Paris', accent: '#1f6f5c', online: null },
    client: { id: 'client', name: 'Martin & Fils', contacts: [] },
    documents: [document],
    messages: [
      {
        ...message,
        id: 'm1',
        seq: 8,
        person: 'luc',
        side: 'owner',
        name: 'Luc Dupont',
        text: '<b>Voir</b> https://example.org/a ou javascript:alert(1)',
      },
      { ...message, id: 'm2', seq: 9, person: 'anne', side: 'client', name: 'Anne Martin', text: 'Merci' },
    ],
    people: [
      { id: 'luc', side: 'owner', name: 'Luc Dupont', readSeq: 9 },
      { id: 'anne', side: 'client', name: 'Anne Martin', readSeq: 0 },
    ],
  };
  return {
    base: '/d/token',
    view,
    document: document.id,
    revision: null,
    older: null,
    language,
    today: '2026-11-24',
    reader: { mode: 'client', person: 'anne', name: 'Anne Martin', address: null },
    payment: null,
    form: {
      commandId: '0190',
      step: null,
      refusal: null,
      values: { name: '', email: '', reason: '', remindOn: '', orderNumber: '', reserves: {}, text: '' },
    },
    ...more,
  };
}

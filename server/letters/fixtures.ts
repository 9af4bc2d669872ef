import type { Action, Kind, Language, Party, Status } from '../../shared/document.ts';
import type { MailKind } from '../../shared/mail.ts';
import { totalsOf, vatRows } from '../../shared/totals.ts';
import type { DecisionView, DocumentView, Side } from '../../shared/view.ts';
import { REMINDER_KINDS, type ReminderKind } from '../../shared/reminders.ts';
import type { PaymentNews, ReminderNews } from '../entities/index.ts';
import type { Letter } from './letter.ts';

/** Made-up letters for the tests of the mails: each returns a fresh one. */

const party = (name: string, contact: Party['contact'] = null): Party => ({
  name,
  legalName: null,
  legalForm: null,
  address: null,
  vatId: null,
  ids: [],
  contact,
});

/** The mails that exist: which kind goes to which side. */
export const LETTERS: readonly (readonly [MailKind, Side])[] = [
  ['invitation', 'client'],
  ['message', 'client'],
  ['acknowledgement', 'client'],
  ['reminder', 'client'],
  ['decision', 'owner'],
  ['message', 'owner'],
  ['reminder', 'owner'],
  ['payment', 'client'],
  ['payment', 'owner'],
  ['due', 'client'],
  ['expiring', 'client'],
];

export function documentOf(kind: Kind, more: Partial<DocumentView> = {}): DocumentView {
  const lines = [
    {
      id: 'l1',
      type: 'item' as const,
      optional: false,
      number: '1',
      description: 'Chauffe-eau 300 l',
      details: [],
      quantity: '2',
      unit: 'C62',
      unitPrice: '1234.50',
      priceBase: '1',
      adjustments: [],
      net: 246900,
      vat: { category: 'S', rate: '20' },
      from: null,
      backorder: null,
    },
  ];
  const vat = vatRows(lines, []);
  const totals = totalsOf(lines, [], vat);
  return {
    id: '0f6c8b8e-7f4c-4c0e-9d55-1a2b3c4d5e6f',
    kind,
    number: 'D-2026-012',
    origin: null,
    revision: 1,
    status: 'issued',
    content: {
      language: 'fr',
      logo: null,
      deposit: null,
      currency: 'EUR',
      issueDate: '2026-11-10',
      validUntil: kind === 'quote' ? '2026-12-20' : null,
      dueDate: kind === 'invoice' ? '2026-12-10' : null,
      reference: null,
      seller: party('Dupont SARL', { name: 'Luc Dupont', email: 'bonjour@dupont.example', phone: '04 72 00 00 00' }),
      buyer: party('Boulangerie du Pont'),
      deliverTo: null,
      deliveryDate: null,
      lines,
      adjustments: [],
      vat,
      totals,
      references: [],
      payment: null,
      notes: [],
      terms: [],
      mentions: [],
    },
    issuedAt: '2026-11-10T09:00:00.000Z',
    revisions: [],
    paid: 0,
    credited: 0,
    acts: [],
    choice: null,
    progress: null,
    due: totals.due,
    payments: [],
    checkouts: [],
    decision: null,
    decisions: [],
    receipts: [],
    files: [],
    follows: null,
    owner: null,
    ...more,
  };
}

export function decisionOf(action: Action, more: Partial<DecisionView> = {}): DecisionView {
  return {
    action,
    revision: 1,
    name: 'Anne Martin',
    reason: null,
    remindOn: null,
    orderNumber: null,
    reserves: [],
    chosen: [],
    at: '2026-11-24T10:12:00.000Z',
    ...more,
  };
}

const PAGE = 'https://docs.dupont.example/d/q7Zk2xW9mB4tR1cYv8uLh3/0f6c8b8e-7f4c-4c0e-9d55-1a2b3c4d5e6f';
const CONSOLE = 'https://docs.dupont.example/documents/0f6c8b8e-7f4c-4c0e-9d55-1a2b3c4d5e6f';

/** A letter of a kind to a side, with all that such a letter can say. */
export function letterOf(kind: MailKind, side: Side, language: Language, more: Partial<Letter> = {}): Letter {
  const url = side === 'client' ? PAGE : CONSOLE;
  const action = kind === 'reminder' ? 'hold' : 'accept';
  const statuses: Partial<Record<MailKind, Status>> = { reminder: 'on_hold', decision: 'accepted', acknowledgement: 'accepted' };
  const file = { name: 'Plan de pose.pdf', bytes: 1_234_567, url: `${url}/files/7d0d` };
  return {
    kind,
    side,
    language,
    to: side === 'client' ? { name: 'Anne Martin', address: 'anne@example.com' } : { name: 'Luc Dupont', address: 'luc@dupont.example' },
    company: { id: 'c', name: 'Dupont SARL', language: 'fr', timeZone: 'Europe/Paris', accent: '#1f6f5c', online: null },
    client: 'Boulangerie du Pont',
    document:
      kind === 'payment' || kind === 'due'
        ? documentOf('invoice', { number: 'F-2026-004', status: kind === 'due' ? 'issued' : 'paid' })
        : documentOf('quote', { status: statuses[kind] ?? 'issued' }),
    files: kind === 'message' ? [] : [file, { name: 'Photos de la chaufferie.zip', bytes: 18_400_000, url: `${url}/files/a1` }],
    decision:
      statuses[kind] === undefined
        ? null
        : decisionOf(action, {
            reason: 'Pour une pose avant Noël.\nMerci de confirmer la date.',
            remindOn: action === 'hold' ? '2026-12-01' : null,
          }),
    messages: kind === 'message' ? messagesOf(side, url) : [],
    invitation: kind === 'invitation' ? { text: 'Bonjour Anne,\n\nVoici le devis convenu.\nBonne journée', from: 'Luc Dupont' } : null,
    payment: kind === 'payment' ? newsOf('received') : null,
    receipt: null,
    reminder: isReminder(kind) ? remindedOf(kind) : null,
    unsubscribeUrl: isReminder(kind) ? 'https://docs.dupont.example/r/Zx81qkP0v2Lr6mN4bT9wYc3sDf5gHj7kQ2eRtUiOpAs' : null,
    repliable: true,
    url,
    talkUrl: `${url}#talk`,
    ...more,
  };
}

/** What became of a payment of 2 962,80 €, which pays the invoice. */
export function newsOf(what: PaymentNews['what'], more: Partial<PaymentNews> = {}): PaymentNews {
  return {
    what,
    entry: '5a1d0f0e-53a5-4be2-9c87-6c1f9d2a7b10',
    amount: 296280,
    method: 'card',
    day: '2026-11-24',
    due: 0,
    reason: null,
    receiptUrl: 'https://pay.stripe.com/receipts/payment/CAcQARoX',
    test: false,
    ...more,
  };
}

function isReminder(kind: MailKind): kind is ReminderKind {
  return REMINDER_KINDS.some((one) => one === kind);
}

/** The first reminder: of an invoice three days late, or of a quote three days before the end of its validity. */
export function remindedOf(kind: ReminderKind, more: Partial<ReminderNews> = {}): ReminderNews {
  const days = kind === 'due' ? { deadline: '2026-12-10', today: '2026-12-13' } : { deadline: '2026-12-20', today: '2026-12-17' };
  return { step: 3, nth: 1, ...days, amount: 296280, ...more };
}

function messagesOf(side: Side, url: string): Letter['messages'] {
  const from = side === 'client' ? { name: 'Luc Dupont', side: 'owner' as const } : { name: 'Anne Martin', side: 'client' as const };
  return [
    { ...from, text: 'La pose peut se faire le lundi 7.\nCela vous convient ?', at: '2026-11-23T15:00:00.000Z', files: [] },
    {
      ...from,
      text: 'Et voici le plan, comme promis.\n\nLe ballon passe par la porte du fond.',
      at: '2026-11-23T15:04:00.000Z',
      files: [{ name: 'Plan & coupe.pdf', bytes: 421_000, url: `${url}/files/b2` }],
    },
  ];
}

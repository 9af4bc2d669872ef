import type { Address, DocumentContent, Line, Party } from '../../../shared/document.ts';
import { lineNet, totalsOf, vatRows } from '../../../shared/totals.ts';
import type { CompanyView, DocumentView } from '../../../shared/view.ts';
import type { PdfInput } from './render.ts';

/** Documents for the tests of the PDF: each returns a fresh input. */
export const company: CompanyView = {
  id: 'c1',
  name: 'Menuiserie Dupont',
  language: 'fr',
  timeZone: 'Europe/Paris',
  accent: '#0f5c8c',
  online: null,
};

function address(lines: string[], postcode: string, city: string, country: string): Address {
  return { lines, postcode, city, region: null, country };
}

function party(part: Partial<Party> & { name: string }): Party {
  return { legalName: null, legalForm: null, address: null, vatId: null, ids: [], contact: null, ...part };
}

const dupont = party({
  name: 'Menuiserie Dupont',
  legalName: 'Dupont & Fils SARL',
  address: address(['14 rue des Ateliers', 'Bâtiment C'], '69007', 'Lyon', 'FR'),
  vatId: 'FR32123456789',
  ids: [{ label: 'SIRET', value: '123 456 789 00012' }],
  contact: { name: null, email: 'bonjour@menuiserie-dupont.example', phone: '04 72 00 00 00' },
});

const lefevre = party({
  name: 'Hôtel Lefèvre',
  address: address(['3 place du Marché'], '38000', 'Grenoble', 'FR'),
  vatId: 'FR76987654321',
  contact: { name: 'Anne Martin', email: 'anne.martin@hotel-lefevre.example', phone: null },
});

export function line(number: number, part: Partial<Line> & { description: string }, currency: string | null = 'EUR'): Line {
  const base: Line = {
    id: `l${number}`,
    type: 'item',
    optional: false,
    number: String(number),
    details: [],
    quantity: '1',
    unit: 'C62',
    unitPrice: null,
    priceBase: '1',
    adjustments: [],
    net: null,
    vat: currency === null ? null : { category: 'S', rate: '20' },
    from: null,
    backorder: null,
    ...part,
  };
  return { ...base, net: currency === null ? null : lineNet(base, currency) };
}

export function content(part: Partial<DocumentContent>): DocumentContent {
  const base: DocumentContent = {
    language: 'fr',
    logo: null,
    deposit: null,
    currency: 'EUR',
    issueDate: '2026-11-20',
    validUntil: null,
    dueDate: null,
    reference: null,
    seller: dupont,
    buyer: lefevre,
    deliverTo: null,
    deliveryDate: null,
    lines: [],
    adjustments: [],
    vat: [],
    totals: null,
    references: [],
    payment: null,
    notes: [],
    terms: [],
    mentions: [],
    ...part,
  };
  const vat =
    part.vat ??
    vatRows(
      base.lines,
      base.adjustments,
      new Map([
        ['AE', 'Reverse charge, article 196 of Directive 2006/112/EC'],
        ['E', 'Exempt, article 132 of Directive 2006/112/EC'],
      ]),
    );
  return base.currency === null ? base : { ...base, vat, totals: part.totals ?? totalsOf(base.lines, base.adjustments, vat) };
}

export function input(part: Partial<DocumentView> & Pick<DocumentView, 'kind' | 'content'>, today: string = '2026-11-24'): PdfInput {
  const document: DocumentView = {
    id: 'd1',
    number: 'D-2026-012',
    origin: null,
    revision: 1,
    status: 'issued',
    issuedAt: '2026-11-20T09:30:00.000Z',
    revisions: [],
    paid: null,
    credited: null,
    payments: [],
    checkouts: [],
    acts: [],
    choice: null,
    progress: null,
    due: part.content.totals?.due ?? null,
    decision: null,
    decisions: [],
    receipts: [],
    files: [],
    follows: null,
    owner: null,
    ...part,
  };
  return { document, company, today };
}

/** A French quote, revision 2, accepted, with discounts, notes, terms and mentions. */
export function frenchQuote(): PdfInput {
  const discount = (percent: string, amount: number) => [
    { charge: false, reason: 'Remise fidélité', amount, percent, base: null, vat: null },
  ];
  return input({
    kind: 'quote',
    revision: 2,
    status: 'accepted',
    decision: {
      action: 'accept',
      revision: 2,
      name: 'Anne Martin',
      reason: null,
      remindOn: null,
      orderNumber: null,
      reserves: [],
      chosen: [],
      at: '2026-11-24T10:12:00.000Z',
    },
    content: content({
      validUntil: '2026-12-20',
      reference: 'Rénovation réception',
      lines: [
        line(1, {
          description: 'Comptoir d’accueil en chêne massif',
          details: ['2,40 m × 0,75 m, finition huile dure', 'Réf. CH-2400'],
          quantity: '1',
          unitPrice: '3250.00',
          adjustments: discount('5', 16250),
        }),
        line(2, {
          description: 'Panneaux muraux acoustiques',
          details: ['Chêne plaqué, feutre anthracite'],
          quantity: '18.5',
          unit: 'MTK',
          unitPrice: '142.50',
        }),
        line(3, { description: 'Étagères sur mesure', quantity: '6', unitPrice: '189.90', adjustments: discount('10', 11394) }),
        line(4, { description: 'Pose et finitions', quantity: '24', unit: 'HUR', unitPrice: '52.00', vat: { category: 'S', rate: '10' } }),
        line(5, { description: 'Livraison et évacuation de l’ancien mobilier', quantity: '1', unit: 'LS', unitPrice: '280.00' }),
      ],
      notes: [
        'Le délai de fabrication est de cinq semaines à réception de l’acompte. La pose a lieu en deux jours, hors heures d’ouverture de l’hôtel.',
      ],
      terms: ['Acompte de 30 % à la commande, solde à 30 jours après la pose.', 'Devis gratuit, valable jusqu’à la date indiquée.'],
      mentions: [
        'Dupont & Fils SARL au capital de 20 000 € · RCS Lyon 123 456 789 · Assurance décennale MAAF n° 4711 000 12, France métropolitaine.',
      ],
    }),
  });
}

/** An English invoice with several VAT rates, an allowance, a charge and a part already paid; overdue. */
export function englishInvoice(): PdfInput {
  const vat20 = { category: 'S', rate: '20' };
  const lines = [
    line(1, { description: 'Solid oak reception desk', details: ['Order line 1', 'Serial no. 2026-0417'], unitPrice: '3087.50' }),
    line(2, { description: 'Acoustic wall panels', quantity: '18.5', unit: 'MTK', unitPrice: '142.50' }),
    line(3, { description: 'Fitting', quantity: '24', unit: 'HUR', unitPrice: '52', vat: { category: 'S', rate: '10' } }),
    line(4, { description: 'Care handbook', quantity: '3', unitPrice: '12.40', vat: { category: 'S', rate: '5.5' } }),
    line(5, { description: 'Design consulting', quantity: '2', unit: 'DAY', unitPrice: '640', vat: { category: 'AE', rate: '0' } }),
  ];
  const adjustments = [
    { charge: false, reason: 'Loyalty allowance', amount: 15000, percent: null, base: null, vat: vat20 },
    { charge: true, reason: 'Packaging and freight', amount: 8950, percent: null, base: null, vat: vat20 },
  ];
  const body = content({
    language: 'en',
    dueDate: '2026-11-10',
    issueDate: '2026-10-10',
    reference: 'PO-77120',
    lines,
    adjustments,
    deliverTo: party({ name: 'Hôtel Lefèvre – goods entrance', address: address(['5 rue des Halles'], '38000', 'Grenoble', 'FR') }),
    deliveryDate: '2026-10-08',
    references: [
      { kind: 'order', number: 'C-2026-044', date: '2026-09-02', document: null },
      { kind: 'delivery', number: 'L-2026-031', date: null, document: null },
    ],
    payment: { iban: 'FR76 3000 6000 0112 3456 7890 189', bic: 'AGRIFRPPXXX', reference: 'F-2026-031', accountName: null },
    terms: ['Payment within 30 days. No discount for early payment.'],
    mentions: [
      'Late payment: three times the French legal interest rate, and a fixed indemnity of €40 for recovery costs (C. com. L441-10, D441-5).',
    ],
  });
  const totals = totalsOf(lines, adjustments, body.vat, 200000, 3);
  return input({ kind: 'invoice', number: 'F-2026-031', status: 'part_paid', paid: 200000, due: totals.due, content: { ...body, totals } });
}

/** A delivery without prices, with a backorder and the client's receipt. */
export function delivery(): PdfInput {
  return input({
    kind: 'delivery',
    number: 'L-2026-031',
    receipts: [
      {
        number: 'AR-9',
        date: '2026-11-22',
        notes: ['Un carton abîmé, contenu intact.'],
        lines: [
          { line: '1', description: 'Panneaux muraux acoustiques', unit: 'MTK', received: '10', short: '2', rejected: null },
          { line: '2', description: 'Étagères sur mesure', unit: 'C62', received: '6', short: null, rejected: '1' },
        ],
      },
    ],
    content: content({
      currency: null,
      deliveryDate: '2026-11-21',
      references: [{ kind: 'order', number: 'C-2026-044', date: '2026-11-02', document: null }],
      lines: [
        line(
          1,
          { description: 'Panneaux muraux acoustiques', details: ['Lot 26-118'], quantity: '12', unit: 'MTK', backorder: '6.5' },
          null,
        ),
        line(2, { description: 'Étagères sur mesure', quantity: '6' }, null),
      ],
      notes: ['Merci de vérifier les colis avant le départ du transporteur.'],
    }),
  });
}

/** A quote of `count` lines. */
export function longQuote(count: number): PdfInput {
  const lines = Array.from({ length: count }, (_, i) =>
    line(i + 1, {
      description: `Article ${i + 1} : ${['quincaillerie', 'panneau de chêne trois plis, collage D4, sans nœud ouvert', 'vis inox A4 5 × 60'][i % 3]}`,
      details: i % 4 === 0 ? [`Réf. ${1000 + i}`, 'Délai : deux semaines'] : [],
      quantity: String(1 + (i % 7)),
      unitPrice: `${10 + i}.${String(i % 100).padStart(2, '0')}`,
    }),
  );
  return input({ kind: 'quote', content: content({ lines, validUntil: '2026-12-20' }) });
}

/** Everything a hostile or foreign file may carry. */
export function weird(): PdfInput {
  return input({
    kind: 'invoice',
    number: '018304 / 28865 (“x”)',
    content: content({
      seller: party({
        name: 'Łódź Żółć sp. z o.o.',
        address: address(['ul. Piotrkowska 1'], '90-001', 'Łódź', 'PL'),
        contact: { name: 'Ωμέγα Παπαδόπουλος', email: 'Жизнь@пример.example', phone: null },
      }),
      buyer: party({ name: 'עברית / العربية 株式会社 👩‍👩‍👧‍👦 GmbH' }),
      notes: [
        '(unbalanced \\) parens) /JavaScript <</S/JS>> \u0000\u0001\u202e gnp.exe',
        'Combining: e\u0301 = é, x\u0301, 🇫🇷, \ud800 alone',
        'a'.repeat(400),
      ],
      lines: [
        line(1, {
          description: 'x'.repeat(300),
          quantity: '123456789012.123456789012',
          unitPrice: '0.000000000001',
          unit: 'a unit nobody has ever heard of',
        }),
        line(2, { description: 'Wort '.repeat(1000), details: ['detail '.repeat(50)], unitPrice: '90071992547.40' }),
        line(3, { description: '', unitPrice: '1' }),
        line(4, { description: 'tab\there\r\nnext line\u2028and another', unitPrice: '-5.5' }),
      ],
    }),
  });
}

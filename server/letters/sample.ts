import type { Day, DocumentContent, Language, Line } from '../../shared/document.ts';
import { writeNumber } from '../../shared/numbering.ts';
import { plusDays, type ReminderKind } from '../../shared/reminders.ts';
import { lineNet, totalsOf, vatRows } from '../../shared/totals.ts';
import type { DocumentView } from '../../shared/view.ts';
import type { Company, ReminderNews } from '../entities/index.ts';
import { companyView } from '../model/company.ts';
import { partyOf } from '../model/party.ts';
import { WORDS } from '../words.ts';
import type { Letter } from './letter.ts';

/** Of which reminder an example is to be made. */
export interface Sample {
  kind: ReminderKind;
  language: Language;
  step: number;
  /** The how-manieth of its kind it would be. */
  nth: number;
  today: Day;
  /** Origin of the links, which lead nowhere. */
  origin: string;
}

const ID = '00000000-0000-4000-8000-000000000000';
const NUMBER = 42;
const DAYS = 30;

/**
 * A reminder as a client of this company would get it, about a document that is made up: it is the company's own in all that a company has set, and
 * written by the code that writes the real ones.
 */
export function sampleReminder(company: Company, { kind, language, step, nth, today, origin }: Sample): Letter {
  const { sample } = WORDS[language].mail.reminders;
  const deadline = plusDays(today, kind === 'due' ? -step : step);
  const document = documentOf(company, kind, deadline, language);
  const reminder: ReminderNews = { step, nth, deadline, today, amount: document.due };
  return {
    kind,
    side: 'client',
    language,
    to: { name: sample.contact, address: 'contact@example.com' },
    company: companyView(company),
    client: sample.client,
    document,
    files: [],
    decision: null,
    messages: [],
    invitation: null,
    payment: null,
    receipt: null,
    reminder,
    unsubscribeUrl: `${origin}/r/example`,
    repliable: true,
    url: `${origin}/d/example`,
    talkUrl: `${origin}/d/example#talk`,
  };
}

function documentOf(company: Company, kind: ReminderKind, deadline: Day, language: Language): DocumentView {
  const content = contentOf(company, kind, deadline, language);
  const what = kind === 'due' ? 'invoice' : 'quote';
  return {
    id: ID,
    kind: what,
    number: writeNumber(company.numbering[what], Number(content.issueDate.slice(0, 4)), NUMBER),
    origin: null,
    revision: 1,
    status: 'issued',
    content,
    issuedAt: `${content.issueDate}T08:00:00.000Z`,
    revisions: [],
    paid: 0,
    credited: 0,
    due: content.totals?.due ?? null,
    payments: [],
    checkouts: [],
    decision: null,
    decisions: [],
    acts: [],
    choice: null,
    progress: null,
    receipts: [],
    files: [],
    follows: null,
    owner: null,
  };
}

function contentOf(company: Company, kind: ReminderKind, deadline: Day, language: Language): DocumentContent {
  const { sample } = WORDS[language].mail.reminders;
  const bare: Line = {
    id: ID,
    type: 'item',
    optional: false,
    number: '1',
    description: sample.line,
    details: [],
    quantity: '1',
    unit: null,
    unitPrice: '450',
    priceBase: '1',
    adjustments: [],
    net: null,
    vat: { category: 'S', rate: '20' },
    from: null,
    backorder: null,
  };
  const lines = [{ ...bare, net: lineNet(bare, company.currency) }];
  const vat = vatRows(lines, []);
  return {
    language,
    logo: company.logo,
    currency: company.currency,
    issueDate: plusDays(deadline, -DAYS),
    validUntil: kind === 'expiring' ? deadline : null,
    dueDate: kind === 'due' ? deadline : null,
    reference: null,
    seller: company.identity,
    buyer: partyOf(sample.client),
    deposit: null,
    deliverTo: null,
    deliveryDate: null,
    lines,
    adjustments: [],
    vat,
    totals: totalsOf(lines, [], vat),
    references: [],
    payment: company.payment,
    notes: [],
    terms: company.terms,
    mentions: company.mentions,
  };
}

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CompanyProfile } from '../../../shared/company.ts';
import { companyChanges } from '../../../shared/company-input.ts';
import { defaultNumbering } from '../../../shared/numbering.ts';
import * as v from 'valibot';
import { follow } from '../typed.ts';
import { changesOf, faultOf, textsOf } from './form.ts';

const COMPANY: CompanyProfile = {
  name: 'Dupont',
  legalName: null,
  legalForm: 'SARL',
  siren: '732829320',
  siret: '73282932000074',
  vatId: null,
  address: { lines: ['12 rue', 'Bât. B'], postcode: '69002', city: 'Lyon', region: null, country: 'FR' },
  contact: { name: 'Luc', email: null, phone: null },
  logo: null,
  accent: '#1f5eff',
  language: 'fr',
  timeZone: 'Europe/Paris',
  currency: 'EUR',
  iban: 'FR7630006000011234567890189',
  bic: null,
  terms: ['One.', 'Two.\nStill two.'],
  mentions: [],
  numbering: defaultNumbering('fr'),
  validityDays: 30,
  paymentDays: 30,
  reminders: { invoices: { on: false, days: [-2, 3, 10] }, quotes: { on: true, days: [7, 2] } },
};

test('what was not touched is not sent; what was is sent whole', () => {
  const before = textsOf(COMPANY);
  assert.equal([before.siret, before.iban, before.street], ['732 829 320 00074', 'FR76 3000 6000 0112 3456 7890 189', '12 rue\nBât. B']);
  assert.equal(changesOf(before, before), {});
  const typed = { ...before, legalName: ' Dupont SARL ', city: 'Villeurbanne', contactEmail: 'luc@example.com', order: 'C-{yy}-{00}' };
  assert.equal(changesOf(typed, before), {
    legalName: 'Dupont SARL',
    address: { lines: ['12 rue', 'Bât. B'], postcode: '69002', city: 'Villeurbanne', region: null, country: 'FR' },
    contact: { name: 'Luc', email: 'luc@example.com', phone: null },
    numbering: { ...COMPANY.numbering, order: 'C-{yy}-{00}' },
  });
  assert.equal(changesOf({ ...before, terms: 'One.\n\n\n\nTwo.\nStill two.\n \nThree.' }, before).terms, [
    'One.',
    'Two.\nStill two.',
    'Three.',
  ]);
  assert.is(changesOf({ ...before, street: '', postcode: '', city: '', country: '' }, before).address, null);
});

test('all of it at once is what the command takes, and comes back as it was', () => {
  const blank = Object.fromEntries(Object.keys(textsOf(COMPANY)).map((key) => [key, '?'])) as ReturnType<typeof textsOf>;
  const parsed = v.parse(companyChanges, changesOf(textsOf(COMPANY), blank));
  assert.equal({ ...parsed, logo: null }, { ...COMPANY });
});

test('a plan of reminders is sent whole, and its days however they are written', () => {
  const before = textsOf(COMPANY);
  assert.equal([before.remindInvoices, before.remindInvoiceDays, before.remindQuotes], ['', '\u22122, 3, 10', 'on']);
  assert.equal(changesOf({ ...before, remindInvoices: 'on', remindInvoiceDays: '-2; 5' }, before), {
    reminders: { invoices: { on: true, days: [-2, 5] }, quotes: { on: true, days: [7, 2] } },
  });
  assert.throws(() => v.parse(companyChanges, changesOf({ ...before, remindQuoteDays: 'soon' }, before)));
});

test('a fault finds its field', () => {
  const at = (pointer: string, rule = 'x') => faultOf({ pointer, rule, detail: '' });
  assert.equal(at('/changes/siret', 'siret'), { field: 'siret', rule: 'siret' });
  assert.equal(at('/changes/address/country', 'country'), { field: 'country', rule: 'country' });
  assert.equal(at('/changes/address/lines/0'), { field: 'street', rule: 'x' });
  assert.equal(at('/changes/contact/email', 'email'), { field: 'contactEmail', rule: 'email' });
  assert.equal(at('/changes/numbering/invoice', 'format_count'), { field: 'invoice', rule: 'format_count' });
  assert.equal(at('/changes/numbering', 'format_repeated'), { field: 'quote', rule: 'format_repeated' });
  assert.equal(at('/changes/paymentDays', 'min_value'), { field: 'paymentDays', rule: 'days' });
  assert.equal(at('/changes/reminders/invoices/days/0', 'number'), { field: 'remindInvoiceDays', rule: 'reminder_invoices' });
  assert.equal(at('/changes/reminders/quotes/days', 'max_length'), { field: 'remindQuoteDays', rule: 'reminder_quotes' });
  assert.is(at('/changes/nothing'), null);
});

test('what others change is taken over where nothing is being typed, and told where something is', () => {
  const before = { name: 'A', city: 'Lyon', iban: '' };
  const typed = { ...before, city: 'Paris' };
  assert.equal(follow(typed, before, { name: 'B', city: 'Lille', iban: '' }), {
    typed: { name: 'B', city: 'Paris', iban: '' },
    moved: { city: 'Lille' },
  });
  assert.equal(
    follow(typed, before, { ...before, city: 'Paris' }),
    { typed: { ...before, city: 'Paris' }, moved: {} },
    'the same was meant',
  );
  assert.equal(follow(typed, before, before), { typed, moved: {} });
});

test.run();

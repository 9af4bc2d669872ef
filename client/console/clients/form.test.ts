import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ContactView } from '../../../shared/view.ts';
import { EMPTY, faultOf, followed, formOf, isDirty, newContact, profileOf } from './form.ts';

const contact = (id: string, name: string): ContactView => ({
  id,
  name,
  email: `${id}@example.com`,
  phone: null,
  language: null,
  reminders: true,
});
const PROFILE = { ...EMPTY, name: 'Anne Ltd', siret: '73282932000074' };

test('a client is sent whole, without contacts in which nothing was written', () => {
  const form = formOf(PROFILE, [contact('a', 'Anne')]);
  assert.is(form.texts.siret, '732 829 320 00074');
  form.contacts.push(newContact('x'), { ...newContact('y'), texts: { name: 'Bob', email: ' ', phone: '01', language: 'en' } });
  assert.equal(profileOf(form), {
    ...PROFILE,
    siret: '732 829 320 00074',
    contacts: [
      { id: 'a', name: 'Anne', email: 'a@example.com', phone: null, language: null, reminders: true },
      { id: null, name: 'Bob', email: null, phone: '01', language: 'en', reminders: true },
    ],
  });
});

test('it is dirty when a field, a contact or the list of them differs', () => {
  const before = formOf(PROFILE, [contact('a', 'Anne')]);
  const form = formOf(PROFILE, [contact('a', 'Anne')]);
  assert.not(isDirty(form, before));
  assert.not(isDirty({ ...form, contacts: [...form.contacts, newContact('x')] }, before), 'an empty one is none');
  assert.ok(isDirty({ ...form, texts: { ...form.texts, city: 'Lyon' } }, before));
  assert.ok(isDirty({ ...form, texts: { ...form.texts, remindersOff: 'on' } }, before));
  assert.ok(isDirty({ ...form, contacts: [] }, before));
  const typed = form.contacts.map((one) => ({ ...one, texts: { ...one.texts, phone: '01' } }));
  assert.ok(isDirty({ ...form, contacts: typed }, before));
});

test('what somebody else saves comes in around what is being typed', () => {
  const before = formOf(PROFILE, [contact('a', 'Anne'), contact('b', 'Bea'), contact('c', 'Cleo')]);
  const form = formOf(PROFILE, [contact('a', 'Anne'), contact('b', 'Bea')]);
  form.texts.city = 'Lyon';
  const [anne] = form.contacts;
  if (anne) anne.texts.phone = '01';
  form.contacts.push(newContact('x'));
  const now = formOf({ ...PROFILE, name: 'Anne & Co' }, [contact('a', 'Anna'), contact('c', 'Cleo'), contact('d', 'Dora')]);
  const next = followed(form, before, now);
  assert.equal([next.texts.name, next.texts.city], ['Anne & Co', 'Lyon']);
  assert.equal(
    next.contacts.map(({ key, texts }) => [key, texts.name, texts.phone]),
    [
      ['a', 'Anna', '01'],
      ['x', '', ''],
      ['d', 'Dora', ''],
    ],
    'Bea was taken off there, Cleo here',
  );
});

test('a client that is left alone, and a contact who wants no reminders', () => {
  const form = formOf({ ...PROFILE, remindersOff: true }, [{ ...contact('a', 'Anne'), reminders: false }]);
  assert.equal([profileOf(form).remindersOff, profileOf(formOf(PROFILE, [])).remindersOff], [true, false]);
  assert.equal(
    form.contacts.map(({ unsubscribed }) => unsubscribed),
    [true],
  );
  const before = formOf(PROFILE, [contact('a', 'Anne')]);
  const [anne] = followed(formOf(PROFILE, [contact('a', 'Anne')]), before, form).contacts;
  assert.is(anne?.unsubscribed, true, 'it is heard while one types');
});

test('a fault finds its field', () => {
  const at = (pointer: string) => faultOf({ pointer, rule: 'x', detail: '' });
  assert.equal(at('/profile/siren'), { field: 'siren' });
  assert.equal(at('/profile/address/country'), { field: 'country' });
  assert.equal(at('/profile/contacts/2/email'), { contact: 2, field: 'email' });
  assert.equal(at('/profile/contacts/0/id'), { contact: 0, field: 'name' });
  assert.is(at('/client'), null);
});

test.run();

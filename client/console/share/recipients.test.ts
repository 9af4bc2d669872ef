import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MailState } from '../../../shared/mail.ts';
import type { ContactView, LinkView, MailView } from '../../../shared/view.ts';
import { domainOf, isFailing, languageFor, proposed, telling } from './recipients.ts';

const contact = (id: string, email: string | null, language: ContactView['language'] = null): ContactView => ({
  id,
  name: id,
  email,
  phone: null,
  language,
  reminders: true,
});
const link = (id: string | null, revokedAt: string | null = null): LinkView => ({
  id: `link ${id}`,
  contact: id === null ? null : { id, name: id, email: null },
  label: null,
  createdAt: '2026-11-24T08:00:00.000Z',
  revokedAt,
});
const mail = (
  address: string,
  state: MailState,
  minute: number,
  cause: MailView['cause'] = state === 'failed' ? 'refused' : null,
): MailView => ({
  id: `${address} ${minute}`,
  kind: 'invitation',
  name: address,
  address,
  state,
  at: `2026-11-24T08:${String(minute).padStart(2, '0')}:00.000Z`,
  endedAt: null,
  cause,
  detail: null,
});

test('proposed are those with an open link and an address, else the first with an address', () => {
  const contacts = [contact('a', null), contact('b', 'b@e.fr'), contact('c', 'c@e.fr')];
  assert.equal(proposed(contacts, [link('c'), link('a'), link(null)]), ['c']);
  assert.equal(proposed(contacts, [link('c', '2026-11-24T09:00:00.000Z')]), ['b']);
  assert.equal(proposed([contact('a', null)], []), []);
});

test('an address fails while its last mail that has ended was refused', () => {
  assert.not(isFailing('a@e.fr', []));
  assert.ok(isFailing('A@e.fr', [mail('a@E.fr', 'delivered', 1), mail('a@e.fr', 'failed', 2)]));
  assert.not(isFailing('a@e.fr', [mail('a@e.fr', 'failed', 1), mail('a@e.fr', 'delivered', 2)]));
  assert.ok(isFailing('a@e.fr', [mail('a@e.fr', 'failed', 1), mail('a@e.fr', 'waiting', 2)]));
  assert.ok(isFailing('a@e.fr', [mail('a@e.fr', 'failed', 2), mail('a@e.fr', 'delivered', 1)]));
  assert.not(isFailing('a@e.fr', [mail('b@e.fr', 'failed', 1)]));
  assert.not(isFailing('a@e.fr', [mail('a@e.fr', 'failed', 1, 'unsent')]), 'our own trouble is not the address’s');
  assert.ok(isFailing('a@e.fr', [mail('a@e.fr', 'failed', 1), mail('a@e.fr', 'failed', 2, 'unsent')]));
});

test('the head tells of what fails before it tells of what came last', () => {
  const failed = mail('a@e.fr', 'failed', 1);
  const delivered = mail('b@e.fr', 'delivered', 2);
  assert.is(telling([failed, delivered]), failed);
  const mended = mail('a@e.fr', 'delivered', 3);
  assert.is(telling([failed, delivered, mended]), mended);
  const unsent = mail('c@e.fr', 'failed', 3, 'unsent');
  assert.is(telling([unsent, mail('b@e.fr', 'delivered', 4)]), unsent);
  assert.is(telling([mail('a@e.fr', 'failed', 1, 'link_revoked'), delivered]), delivered);
  assert.is(telling([]), null);
});

test('a mail begins in the language of the first who has one', () => {
  assert.is(languageFor([contact('a', 'a@e.fr', 'en'), contact('b', 'b@e.fr', 'fr')], 'fr'), 'en');
  assert.is(languageFor([contact('a', 'a@e.fr')], 'fr'), 'fr');
  assert.is(languageFor([], 'en'), 'en');
});

test('the mail server of an address', () => assert.is(domainOf('anne@mail.example.com'), 'mail.example.com'));

test.run();

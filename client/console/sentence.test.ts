import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Change, Field } from '../../shared/changes.ts';
import type { EventData, EventType, FeedEvent } from '../../shared/events.ts';
import type { FileView } from '../../shared/view.ts';
import { en } from '../../shared/i18n/en.ts';
import { fr } from '../../shared/i18n/fr.ts';
import { sentenceOf } from './sentence.ts';

type Revised = EventData['document.revised'];

const FILE: FileView = {
  id: 'f',
  document: 'd',
  message: null,
  side: 'client',
  by: 'Anne Martin',
  name: 'plan.pdf',
  mediaType: 'application/pdf',
  bytes: 1,
  at: '2026-11-24T08:00:00.000Z',
};

function event<T extends EventType>(type: T, data: EventData[T], side: 'client' | 'owner' | 'system' = 'client'): FeedEvent {
  const actor = { side, person: null, name: side === 'system' ? '' : 'Anne Martin' };
  return { seq: 1, type, deal: 'x', document: 'd', actor, at: FILE.at, data, row: null } as unknown as FeedEvent;
}

function message(text: string, files: FileView[], notify = false): FeedEvent {
  const said = { id: 'm', document: 'd', person: 'p', side: 'client' as const, name: 'Anne Martin', text, notify, proposal: null, files };
  return event('message.posted', { message: said, readUpTo: 0 });
}

const say = (one: FeedEvent, words = fr) => sentenceOf({ event: one, count: 1 }, words, words === fr ? 'fr' : 'en');

test('a mail that came back names its recipient, the address and the reason, and stands out', () => {
  const failed = event(
    'mail.failed',
    { mail: 'm', name: 'Luc Petit', address: 'luc@example.com', cause: 'refused', detail: '550 no such user' },
    'system',
  );
  assert.equal(say(failed), {
    name: 'Luc Petit',
    did: 'n’a pas reçu le mail',
    quote: '550 no such user',
    note: 'luc@example.com',
    tone: 'bad',
    alarm: true,
  });
  assert.is(say(event('mail.failed', { mail: 'm', name: 'Luc', address: 'l@e.fr', cause: 'refused', detail: '' }, 'system')).quote, null);
});

test('an endpoint that did not receive an event is named, with what it answered, and stands out', () => {
  const failed = (status: number | null) => event('webhook.failed', { webhook: 'w', name: 'books.example.com', seq: 7, status }, 'system');
  assert.equal(say(failed(500)), {
    name: 'books.example.com',
    did: 'n’a pas reçu un événement',
    quote: null,
    note: 'HTTP 500',
    tone: 'bad',
    alarm: true,
  });
  assert.is(say(failed(null)).note, 'sans réponse');
});

test('what happens in the house: the company, its clients and its users', () => {
  const company = { id: 'c', name: 'Plomberie Morel', language: 'fr' as const, timeZone: 'Europe/Paris', accent: '#1f5eff', online: null };
  const line = (one: FeedEvent) => [say(one).name, say(one).did, say(one).note];
  assert.equal(line(event('company.changed', { company, fields: ['name', 'iban', 'unknown'] }, 'owner')), [
    'Anne Martin',
    'a modifié l’entreprise',
    'Nom et IBAN',
  ]);
  assert.equal(line(event('client.changed', { client: 'x', name: 'Boulangerie du Pont' }, 'owner')), [
    'Anne Martin',
    'a modifié la fiche de Boulangerie du Pont',
    null,
  ]);
  assert.equal(line(event('user.joined', { user: 'u', name: 'Luc Petit', role: 'member', join: 'j' }, 'system')), [
    'Luc Petit',
    'a rejoint l’entreprise',
    'Membre',
  ]);
  const lost = event('join.mailed', { join: 'j', name: 'Luc Petit', mail: 'failed' }, 'system');
  assert.equal([...line(lost), say(lost).alarm], ['Luc Petit', 'n’a pas reçu l’invitation', null, true]);
  assert.is(say(event('webhook.changed', { webhook: 'w', name: 'Books', disabledFor: 'gone' }, 'system'), en).tone, 'bad');
});

test('a sending names everyone it went to, as a list of the language', () => {
  const to = ['Anne', 'Bob', 'Luc'].map((name) => ({ name, address: `${name}@example.com` }));
  const sent = event('document.sent', { to }, 'owner');
  assert.is(say(sent).did, 'a envoyé le document par mail à Anne, Bob et Luc');
  assert.is(say(sent, en).did, 'sent the document by mail to Anne, Bob and Luc');
});

test('reminders name whom they went to; who wants none of them stands before it', () => {
  const to = ['Anne', 'Bob'].map((name) => ({ name, address: `${name}@example.com` }));
  const due = event('reminder.sent', { kind: 'due', step: 3, to }, 'system');
  assert.equal([say(due).name, say(due).did], ['Le serveur', 'a relancé Anne et Bob pour cette facture']);
  assert.is(say(event('reminder.sent', { kind: 'expiring', step: 2, to }, 'system'), en).did, 'reminded Anne and Bob of this quote');
  const left = event('contact.reminders', { client: 'x', name: 'Boulangerie du Pont', contact: 'Bob', on: false }, 'system');
  assert.equal([say(left).name, say(left).did], ['Bob', 'ne veut plus de relances par mail']);
  const late = event('mail.failed', { mail: 'm', name: 'Bob', address: 'bob@example.com', cause: 'overtaken', detail: '' }, 'system');
  assert.equal(
    [say(late).tone, say(late).alarm, say(late).quote],
    ['neutral', false, 'Pas parti : réglé, décidé ou désabonné entre-temps'],
  );
});

test('a revision that only gives more time says until when', () => {
  const field = (field: Field, before: string | null, after: string): Change => ({ what: 'field_changed', field, before, after });
  const longer = field('validUntil', '2026-11-28', '2026-12-28');
  const revised = (...changes: Change[]) =>
    event('document.revised', { document: { revision: 2, revisions: [{ revision: 2, changes }] } } as unknown as Revised, 'owner');
  assert.is(say(revised(longer)).did, 'a prolongé la validité jusqu’au 28 déc. 2026');
  assert.is(say(revised(longer), en).did, 'extended the validity until 28 Dec 2026');
  assert.is(say(revised(longer, field('notes', '', 'Sauf imprévu'))).did, 'a émis la révision 2');
  assert.is(say(revised(field('validUntil', '2026-12-28', '2026-11-28'))).did, 'a émis la révision 2', 'less is no more');
});

test('files are told: on the document, taken away, and with a message or alone', () => {
  assert.is(say(event('file.attached', { file: FILE })).did, 'a joint «\u00a0plan.pdf\u00a0»');
  assert.is(say(event('file.removed', { file: 'f', name: 'plan.pdf' })).did, 'a retiré «\u00a0plan.pdf\u00a0»');
  const both = say(message('Voici', [FILE, FILE], true));
  assert.equal([both.did, both.quote, both.note], ['a écrit', 'Voici', '2 pièces jointes · Mail si non lu']);
  const alone = say(message('', [FILE]));
  assert.equal([alone.did, alone.quote, alone.note], ['a envoyé une pièce jointe', null, null]);
  const plain = say(message('Bonjour', []));
  assert.equal([plain.did, plain.note], ['a écrit', null]);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DocumentRow, EventData, EventType, FeedEvent } from '../../../shared/events.ts';
import { fr } from '../../../shared/i18n/fr.ts';
import type { Side } from '../../../shared/view.ts';
import { noticesOf } from './notice.ts';

const AT = '2026-11-24T08:00:00.000Z';
const row = { kind: 'quote', number: 'D-2026-001' } as DocumentRow;

function event<T extends EventType>(type: T, data: EventData[T], document = 'd'): FeedEvent {
  const actor = { side: 'client', person: null, name: 'Anne' };
  return { seq: 1, type, deal: 'x', document, actor, at: AT, data, row } as unknown as FeedEvent;
}

function message(text: string, side: Side = 'client', document = 'd'): FeedEvent {
  return event(
    'message.posted',
    { message: { id: 'm', document, person: 'p', side, name: 'Anne', text, notify: false, proposal: null, files: [] }, readUpTo: 0 },
    document,
  );
}

function accepted(document = 'd'): FeedEvent {
  const decision = {
    action: 'accept' as const,
    revision: 1,
    name: 'Anne Martin',
    reason: 'Très bien',
    remindOn: null,
    orderNumber: null,
    reserves: [],
    chosen: [],
    at: AT,
  };
  return event('document.accepted', { status: 'accepted', decision }, document);
}

const notices = (...events: FeedEvent[]) => noticesOf(events, fr, 'fr');

test('says who, what and which document; a message leads to the conversation', () => {
  assert.equal(notices(accepted()), [
    { title: 'Anne Martin a accepté · Devis D-2026-001', body: 'Très bien', tag: 'document:d', address: '/documents/d' },
  ]);
  assert.equal(notices(message('Bonjour')), [
    { title: 'Anne a écrit · Devis D-2026-001', body: 'Bonjour', tag: 'document:d', address: '/documents/d#talk' },
  ]);
  const failed = event('mail.failed', { mail: 'm', name: 'Luc', address: 'luc@example.com', cause: 'refused', detail: '550 unknown' });
  assert.equal(notices(failed)[0]?.body, 'luc@example.com\n550 unknown');
});

test('what the owner did, and what moves nothing, raises none', () => {
  assert.equal(notices(message('Bonjour', 'owner')), []);
  assert.equal(notices(event('document.viewed', { visit: 'v', name: 'Anne' })), []);
  assert.equal(notices(event('mail.delivered', { mail: 'm' })), []);
});

test('of each document the newest, and of many only the last few', () => {
  assert.equal(
    notices(message('un'), accepted('e'), message('deux')).map(({ body }) => body),
    ['Très bien', 'deux'],
  );
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => message(id, 'client', id));
  assert.equal(
    notices(...many).map(({ body }) => body),
    ['c', 'd', 'e', 'f'],
  );
});

test('a long text is cut between characters', () => {
  const [notice] = notices(message('🙂'.repeat(500)));
  assert.is([...(notice?.body ?? '')].length, 160);
  assert.ok(notice?.body.endsWith('🙂…'));
});

test.run();

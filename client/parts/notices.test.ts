import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Change } from '../../shared/changes.ts';
import type { EventType, WireEvent } from '../../shared/events.ts';
import { en } from '../../shared/i18n/en.ts';
import { fr } from '../../shared/i18n/fr.ts';
import type { Kind } from '../../shared/document.ts';
import type { DealView, Proposal } from '../../shared/view.ts';
import { propsOf } from '../viewer/fixtures.ts';
import { noticeOf } from './notices.ts';

function event(type: EventType, kind: Kind, data: unknown): WireEvent {
  const actor = { side: 'client', person: 'anne', name: 'Anne Martin' };
  return { seq: 10, type, document: `d-${kind}`, actor, at: '2026-11-24T10:12:00.000Z', data } as unknown as WireEvent;
}

function read(one: WireEvent, view: DealView, { me = 'luc', document = one.document ?? '', words = fr } = {}) {
  return noticeOf(one, { view, document, me, words, language: words === fr ? 'fr' : 'en' });
}

test('a yes with reserves is told as one, to whoever said it and to the other side', () => {
  const { view } = propsOf('delivery', 'accepted', 'fr');
  const decision = { ...view.documents[0]?.decision, reserves: [{ line: null, text: 'Tôle enfoncée' }] };
  const accepted = event('document.accepted', 'delivery', { status: 'accepted_with_reserves', decision });
  assert.is(read(accepted, view)?.text, 'Anne Martin a accepté ce bon de livraison avec réserves à 11:12.');
  assert.is(read(accepted, view, { me: 'anne' })?.text, 'Vous avez accepté ce bon de livraison avec réserves à 11:12.');
  assert.is(read(accepted, view, { words: en })?.text, 'Anne Martin accepted this delivery note with reservations at 11:12.');
});

test('what a client asks for leads into the conversation, whichever document is on the screen', () => {
  const { view } = propsOf('quote', 'issued', 'fr');
  const asked = (proposal: Proposal | null) => event('message.posted', 'quote', { message: { proposal }, readUpTo: 0 });
  const line = asked({ what: 'line', revision: 1, line: 'l1', description: 'Chauffe-eau', quantity: '2', unitPrice: null });
  for (const document of ['d-quote', 'another']) {
    const { text, talk, document: to } = read(line, view, { document }) ?? {};
    assert.equal([text, talk, to], ['Anne Martin propose une modification de «\u00a0Chauffe-eau\u00a0»', true, 'd-quote']);
  }
  assert.is(read(asked({ what: 'validity', revision: 1, until: null }), view)?.text, 'Anne Martin demande un délai');
  assert.is(read(asked(null), view), null, 'a message speaks for itself');
});

test('a revision that only gives more time says until when', () => {
  const { view } = propsOf('quote', 'issued', 'fr');
  const [quote] = view.documents;
  if (!quote) throw new Error('no quote');
  const changes: Change[] = [{ what: 'field_changed', field: 'validUntil', before: '2026-11-29', after: '2026-12-29' }];
  const revised = {
    ...quote,
    revision: 2,
    revisions: [...quote.revisions, { revision: 2, issuedAt: '2026-11-24T10:12:00.000Z', changes }],
  };
  const told = read(event('document.revised', 'quote', { document: revised }), { ...view, documents: [revised] }, { me: 'anne' });
  assert.equal([told?.text, told?.changes], ['Vous avez prolongé la validité jusqu’au 29 déc. 2026, à 11:12.', []]);
});

test.run();

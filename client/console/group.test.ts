import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FEED_TYPES, type FeedEvent } from '../../shared/events.ts';
import { cardsOf, isNews, readUpTo, shown, SHOWS } from './group.ts';

const BASE = Date.parse('2026-11-24T08:00:00.000Z');

function viewed(seq: number, document: string, minutes: number, name: string | null = null): FeedEvent {
  const actor = { side: 'client' as const, person: null, name: name ?? '' };
  const at = new Date(BASE + minutes * 60_000).toISOString();
  return { seq, type: 'document.viewed', deal: 'd', document, actor, at, data: { visit: String(seq), name }, row: null };
}

test('nearby events of one document are one card, in the order of the newest', () => {
  const cards = cardsOf([viewed(4, 'a', 30), viewed(3, 'b', 20), viewed(2, 'a', 10), viewed(1, 'b', 0)]);
  assert.equal(
    cards.map((card) => [card.document, card.events.map((event) => event.seq)]),
    [
      ['a', [4, 2]],
      ['b', [3, 1]],
    ],
  );
});

test('what happens to one client is one card, whoever else is changed between; no two clients share one', () => {
  const changed = (seq: number, client: string): FeedEvent => ({
    ...viewed(seq, 'a', seq),
    type: 'client.changed',
    deal: null,
    document: null,
    data: { client, name: `${client} ${String(seq)}` },
  });
  const cards = cardsOf([changed(4, 'x'), changed(3, 'y'), viewed(2, 'a', 2), changed(1, 'x')]);
  assert.equal(
    cards.map((card) => [card.subject, card.events.map((event) => event.seq)]),
    [
      [{ of: 'client', id: 'x', name: 'x 4' }, [4, 1]],
      [{ of: 'client', id: 'y', name: 'y 3' }, [3]],
      [null, [2]],
    ],
  );
});

test('a long silence starts another card', () => {
  const cards = cardsOf([viewed(2, 'a', 7 * 60), viewed(1, 'a', 0)]);
  assert.is(cards.length, 2);
});

test('a newer event keeps the key of its card', () => {
  const before = cardsOf([viewed(1, 'a', 0)]);
  const after = cardsOf([viewed(2, 'a', 1), viewed(1, 'a', 0)]);
  assert.is(after[0]?.key, before[0]?.key);
});

test('views in a row by the same person are counted together', () => {
  const [card] = cardsOf([viewed(3, 'a', 3, 'Anne'), viewed(2, 'a', 2, 'Anne'), viewed(1, 'a', 1, 'Luc')]);
  assert.equal(
    card?.entries.map((entry) => [entry.event.seq, entry.count]),
    [
      [3, 2],
      [1, 1],
    ],
  );
});

test('reading goes up to just before the oldest event nobody has seen', () => {
  const unread = [viewed(9, 'a', 9), viewed(7, 'a', 7), viewed(6, 'a', 6)];
  assert.is(readUpTo(unread, new Set([9, 7, 6]), 5), 9);
  assert.is(readUpTo(unread, new Set([6]), 5), 6);
  assert.is(readUpTo(unread, new Set([9]), 5), null);
});

test('what one did oneself is no news', () => {
  const mine = { ...viewed(1, 'a', 0), actor: { side: 'owner' as const, person: null, name: 'Luc' } };
  assert.not(isNews(mine, 'Luc'));
  assert.ok(isNews(mine, 'Marie'));
  assert.ok(isNews(viewed(1, 'a', 0), 'Luc'));
});

test('filters know their events', () => {
  assert.ok(shown(viewed(1, 'a', 0), 'views'));
  assert.ok(shown(viewed(1, 'a', 0), 'all'));
  assert.not(shown(viewed(1, 'a', 0), 'decisions'));
});

test('each type of the feed is found under exactly one filter', () => {
  const one = viewed(1, 'a', 0);
  for (const type of FEED_TYPES) {
    const filters = SHOWS.filter((show) => show !== 'all' && shown({ ...one, type } as FeedEvent, show));
    assert.is(filters.length, 1, `${type}: ${filters.join(', ')}`);
  }
});

test.run();

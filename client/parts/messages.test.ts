import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DealView, FileView } from '../../shared/view.ts';
import type { OutboxItem } from '../live/outbox.ts';
import { propsOf } from '../viewer/fixtures.ts';
import { lostFiles } from './files/lost.ts';
import { conversationOf, pendingOf } from './messages.ts';
import { piecesOf, prepareLinks } from './links.ts';
import { lastHeard, unreadCount } from './unread.ts';

const view: DealView = propsOf('quote', 'issued', 'fr').view;

function sent(text: string, state: OutboxItem['state'] = 'sending', id = text): OutboxItem {
  const input = { document: 'd-quote', text, notify: false, files: [], proposal: null, readUpTo: 0, name: null };
  const refusal = state === 'refused' ? { code: 'too_large' as const, detail: null, faults: [], data: {} } : null;
  return { id, name: 'postMessage', input, at: Date.parse('2026-11-24T23:30:00.000Z'), state, refusal, kept: true };
}

test('days are those of the company, and what is on its way comes last', () => {
  const groups = conversationOf(view, 'anne', pendingOf([sent('Encore')]));
  assert.equal(
    groups.map((group) => group.day),
    ['2026-11-23', '2026-11-25'],
  );
  assert.equal(
    groups.flatMap((group) => group.items.map((item) => item.delivery)),
    [null, 'seen', 'sending'],
  );
});

test('a message is shown once when the batch is faster than the acknowledgement', () => {
  const back = view.messages.find((message) => message.text === 'Merci');
  const items = conversationOf(view, 'anne', pendingOf([sent('Merci', 'sending', back?.id)])).flatMap((group) => group.items);
  assert.is(items.filter((item) => item.text === 'Merci').length, 1);
});

test('the same words said again later are another message', () => {
  const items = conversationOf(view, 'anne', pendingOf([sent('Merci')])).flatMap((group) => group.items);
  assert.is(items.filter((item) => item.text === 'Merci').length, 2);
});

test('a refused message stays, with its reason', () => {
  const items = conversationOf(view, 'anne', pendingOf([sent('Merci', 'refused')])).flatMap((group) => group.items);
  assert.equal(items.at(-1)?.refused, 'too_large');
  assert.equal(items.at(-1)?.delivery, 'failed');
});

test('files are named while this page knows them, and counted after a reload', () => {
  const file = { id: 'f1', name: 'plan.pdf' } as FileView;
  const message = sent('', 'waiting', 'x');
  if (message.name === 'postMessage') message.input.files = ['f1', 'f2'];
  const last = (fileOf?: (id: string) => FileView | undefined) =>
    conversationOf(view, 'anne', pendingOf([message]), fileOf)
      .at(-1)
      ?.items.at(-1);
  assert.equal([last((id) => (id === 'f1' ? file : undefined))?.files, last()?.files], [[file], []]);
  assert.equal([last((id) => (id === 'f1' ? file : undefined))?.unnamed, last()?.unnamed], [1, 2]);
});

test('a message refused for a file that is gone says so', () => {
  const message = sent('Merci', 'refused');
  message.refusal = { code: 'invalid_input', detail: null, faults: [{ pointer: '/files/1', rule: 'unknown_file', detail: '' }], data: {} };
  assert.equal([...lostFiles(message)], [1]);
  assert.is(
    conversationOf(view, 'anne', pendingOf([message]))
      .at(-1)
      ?.items.at(-1)?.lostFile,
    true,
  );
  assert.is(
    conversationOf(view, 'anne', pendingOf([sent('Merci', 'refused')]))
      .at(-1)
      ?.items.at(-1)?.lostFile,
    false,
  );
});

test('unread is what the other side wrote above what was read, here or anywhere', () => {
  assert.is(unreadCount(view, 'anne', 0), 1);
  assert.is(unreadCount(view, 'anne', 8), 0);
  assert.is(unreadCount(view, null, 0), 1);
  assert.is(lastHeard(view), 8);
});

test('only http, https and mailto become links', async () => {
  assert.is(await prepareLinks(['rien ici']), false);
  await prepareLinks(['a@b.fr']);
  const hrefs = (text: string) => piecesOf(text).flatMap((piece) => piece.href ?? []);
  assert.equal(hrefs('voir www.exemple.fr, a@b.fr et http://x.org/?q=1.'), [
    'https://www.exemple.fr',
    'mailto:a@b.fr',
    'http://x.org/?q=1',
  ]);
  assert.equal(hrefs('javascript:alert(1) data:text/html,x ftp://x.org/a'), []);
  assert.is(
    piecesOf('a <b> https://x.org\nc')
      .map((piece) => piece.text)
      .join(''),
    'a <b> https://x.org\nc',
  );
});

test.run();

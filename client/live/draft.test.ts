import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FileView } from '../../shared/view.ts';
import { createDraft } from './draft.ts';
import { deadline, sharedStorage } from './testing.ts';

deadline(test, 10_000);

const open = (shared = sharedStorage(), document = 'd1') => createDraft({ storage: shared.tab().storage, scope: 'link', document });

test('a draft survives a reload, each document with its own', () => {
  const shared = sharedStorage();
  open(shared).write('Bonjour, ');
  open(shared, 'd2').write('other');
  assert.is(open(shared).read(), 'Bonjour, ');
  assert.equal(shared.keys, ['wd:draft:link:d1', 'wd:draft:link:d2']);
});

test('it is handed over trimmed, while it is still kept, and is gone afterwards', () => {
  const shared = sharedStorage();
  const draft = open(shared);
  draft.write('  text\n');
  const sent = draft.handOver((text) => ({ text, keptMeanwhile: shared.keys.length === 1 }));
  assert.equal(sent, { text: 'text', keptMeanwhile: true });
  assert.equal([draft.read(), shared.keys, open(shared).read()], ['', [], '']);
});

test('files that wait for the message survive a reload as long as the server keeps them, and go with it', () => {
  const shared = sharedStorage();
  const file = (id: string, hoursAgo: number) => ({ id, at: new Date(Date.now() - hoursAgo * 3_600_000).toISOString() }) as FileView;
  open(shared).writeFiles([file('f1', 1), file('old', 23)]);
  const draft = open(shared);
  assert.equal(
    draft.files.map(({ id }) => id),
    ['f1'],
  );
  assert.is(
    draft.handOver((text, files) => `${text}|${files[0]?.id}`),
    '|f1',
    'without a word',
  );
  assert.equal([draft.files, shared.keys, open(shared).files], [[], [], []]);
});

test('what lies in the storage and is no list of files is none', () => {
  const shared = sharedStorage();
  open(shared).write('text');
  shared.tab().storage.setItem('wd:draft:link:d1:files', '{"a":');
  assert.equal([open(shared).read(), open(shared).files], ['text', []]);
});

test('nothing but white space is neither kept nor sent', () => {
  const shared = sharedStorage();
  const draft = open(shared);
  draft.write('x');
  draft.write(' \n ');
  assert.equal(shared.keys, []);
  assert.is(
    draft.handOver(() => assert.unreachable()),
    null,
  );
});

test('when it cannot be handed over it stays', () => {
  const draft = open();
  draft.write('text');
  assert.throws(() =>
    draft.handOver(() => {
      throw new Error('no');
    }),
  );
  assert.is(draft.read(), 'text');
});

test('without room, or without a storage, it lives in this page', () => {
  const shared = sharedStorage();
  shared.full = true;
  for (const draft of [open(shared), createDraft({ storage: null, scope: 'link', document: 'd1' })]) {
    draft.write('text');
    assert.is(draft.read(), 'text');
    draft.clear();
    assert.is(draft.read(), '');
  }
});

test.run();

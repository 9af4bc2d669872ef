import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS } from './commands.ts';
import { isName, oneLineOf } from './text.ts';
import * as v from 'valibot';

test('a line keeps what is read and nothing that hides', () => {
  assert.is(oneLineOf('  Anne\u0000\u200b \u202eMartin\r\n\tLtd\ufeff '), 'Anne Martin Ltd');
  assert.is(oneLineOf('An\u200d\u200cne 1\u200d2'), 'Anne 12');
  assert.is(oneLineOf('نمی\u200cخواهم 👨\u200d👩'), 'نمی\u200cخواهم 👨\u200d👩');
});

test('a name has a letter or a digit of any script', () => {
  for (const name of ['Anne', '李', '7', 'علی']) assert.ok(isName(name), name);
  for (const name of ['', '.', '—', '👍', '\u0301']) assert.not(isName(name), name);
});

test('nobody decides or writes under a name that cannot be read', () => {
  const decision = { document: crypto.randomUUID(), revision: 1, reason: null, language: 'en' };
  const named = (name: string) => v.safeParse(COMMANDS.acceptDocument, { ...decision, name });
  for (const name of ['', ' . ', '\u200b', '\u202e!'])
    assert.equal(
      named(name).issues?.map((issue) => issue.message),
      ['required'],
      name,
    );
  assert.is(v.parse(COMMANDS.acceptDocument, { ...decision, name: '\u202eAnne ' }).name, 'Anne');
  const message = { document: decision.document, text: 'Hello', notify: false };
  const post = (name: string | null) => v.parse(COMMANDS.postMessage, { ...message, name }).name;
  assert.equal([post('...'), post('\u200b'), post(null), post(' Léa\u0007 ')], [null, null, null, 'Léa']);
});

test.run();

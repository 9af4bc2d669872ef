import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lineKey, type At, type KeyPress } from './keys.ts';

const FIELD: At = { multiline: false, last: false, empty: false, button: false };
const press = (key: string, held: Partial<KeyPress> = {}, at: Partial<At> = {}) =>
  lineKey(
    { key, code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, isComposing: false, ...held },
    { ...FIELD, ...at },
  );

test('Enter goes on: to the next field, or from the last one to a new line; in a text it breaks the line', () => {
  assert.is(press('Enter'), 'next');
  assert.is(press('Enter', {}, { last: true }), 'insert');
  assert.is(press('Enter', {}, { multiline: true }), null);
  assert.is(press('Enter', { ctrlKey: true }, { multiline: true }), 'insert');
  assert.is(press('Enter', { metaKey: true }, { button: true }), 'insert');
  assert.is(press('Enter', {}, { button: true }), null);
  assert.is(press('Enter', { isComposing: true }, { last: true }), null);
});

test('Alt and an arrow move the line, and nothing else does', () => {
  assert.equal([press('ArrowUp', { altKey: true }), press('ArrowDown', { altKey: true })], ['up', 'down']);
  assert.is(press('ArrowUp'), null);
  assert.is(press('ArrowUp', { altKey: true, shiftKey: true }), null);
});

test('a line is copied and removed by keys that no text field knows', () => {
  assert.is(press('D', { ctrlKey: true, shiftKey: true, code: 'KeyD' }), 'copy');
  assert.is(press('d', { ctrlKey: true, code: 'KeyD' }), null);
  assert.is(press('Backspace', { ctrlKey: true, shiftKey: true }), 'remove');
  assert.is(press('Backspace', { metaKey: true }, { empty: true }), 'remove');
  assert.is(press('Backspace', { ctrlKey: true }), null, 'a word is deleted');
  assert.is(press('Backspace', {}, { empty: true }), null);
});

test.run();

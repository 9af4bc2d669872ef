import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DocumentView } from '../../shared/view.ts';
import { treeOf, type Branch } from './tree.ts';

const doc = (id: string, follows: string | null) => ({ id, follows }) as DocumentView;
const written = (branches: Branch[]): string => branches.map((one) => `${one.document.id}(${written(one.branches)})`).join('');

test('a document stands under the one it follows', () => {
  const documents = [doc('q', null), doc('o', 'q'), doc('d', 'o'), doc('e', 'o'), doc('i', 'd'), doc('x', null)];
  assert.is(written(treeOf(documents)), 'q(o(d(i())e()))x()');
});

test('what follows something that cannot be seen begins a tree of its own', () => {
  assert.is(written(treeOf([doc('o', 'draft'), doc('d', 'o')])), 'o(d())');
});

test('a circle leaves nothing out', () => {
  const trees = treeOf([doc('a', 'b'), doc('b', 'a'), doc('c', null)]);
  assert.equal(trees.map((one) => one.document.id).sort(), ['a', 'b', 'c']);
});

test.run();

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseOptions } from './options.ts';
import { patched } from './patch.ts';
import { planOf } from './plan.ts';
import { PLANTS } from './planted.ts';
import { createRandom } from './random.ts';
import { SCENARIOS } from './scenarios/index.ts';

const ROOT = join(import.meta.dirname, '../..');

for (const [name, patches] of Object.entries(PLANTS))
  test(`the planted fault “${name}” still has its places in the product`, () => {
    const texts = new Map<string, string>();
    for (const patch of patches)
      texts.set(patch.file, patched(texts.get(patch.file) ?? readFileSync(join(ROOT, patch.file), 'utf8'), patch));
  });

test('each scenario has a planted fault, and each fault a scenario', () => {
  const used = new Set(SCENARIOS.flatMap(({ planted }) => planted.plants));
  assert.equal([...used].sort(), Object.keys(PLANTS).sort());
  assert.is(new Set(SCENARIOS.map(({ name }) => name)).size, SCENARIOS.length);
});

test('a place that is not there, or there twice, is an error', () => {
  const patch = { file: 'x.ts', find: 'commit', put: 'forget' };
  assert.is(patched('begin; commit', patch), 'begin; forget');
  for (const text of ['begin', 'commit; commit']) assert.throws(() => patched(text, patch), /not once: commit/);
});

test('the same seed makes the same plan, another one another', () => {
  const plan = (seed: number) => planOf(createRandom(seed), 20_000);
  assert.equal(plan(7), plan(7));
  assert.not.equal(plan(7), plan(8));
  assert.ok(plan(7).servers.length > 3 && plan(7).people.some(({ writes }) => writes.length > 20));
});

test('what the command line is told', () => {
  const known = ['killed', 'cut'];
  assert.equal(parseOptions(['--only', 'killed,cut', '--seed', '7', '--minutes', '2', '--planted'], known), {
    only: ['killed', 'cut'],
    seed: 7,
    minutes: 2,
    sound: false,
    planted: true,
    strict: false,
  });
  assert.is(parseOptions([], known).minutes, null);
  for (const wrong of [['--only', 'other'], ['--only'], ['--seed', 'x'], ['--minutes', '0'], ['--loud'], ['--planted', '--sound']])
    assert.throws(
      () => parseOptions(wrong, known),
      (error: Error) => error.message.length > 10,
    );
});

test.run();

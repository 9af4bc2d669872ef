import { globSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

test('what stands in French quotation marks is never parted from them', () => {
  const files = globSync(`${import.meta.dirname}/**/fr.ts`);
  assert.ok(files.length > 4);
  const parted = files.flatMap((file) => readFileSync(file, 'utf8').match(/.*(?:«(?!\\u00a0)|(?<!\\u00a0)»).*/g) ?? []);
  assert.equal(parted, []);
});

test.run();

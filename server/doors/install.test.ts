import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { iconPath } from './install.ts';
import { DESK } from './theme.ts';

test('browsers paint their bars in the colour that lies behind the pages', () => {
  const tokens = readFileSync(new URL('../../client/styles/tokens.css', import.meta.url), 'utf8');
  const desks = [...tokens.matchAll(/--desk: (#[0-9a-f]{6});/g)].map((match) => match[1]);
  assert.equal(desks, [DESK.light, DESK.dark]);
});

test('the address of an icon changes with the pictures', () => {
  assert.match(iconPath('512'), /^\/icons\/512\.png\?v=[0-9a-f]{8}$/);
});

test.run();

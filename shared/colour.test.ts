import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { accentFor, contrast, inkOn, parseColour } from './colour.ts';

test('contrast is 21 for black on white, 1 for the same colour, and does not care which is first', () => {
  assert.is(contrast('#000000', '#ffffff'), 21);
  assert.is(contrast('#123456', '#123456'), 1);
  assert.is(contrast('#777777', '#ffffff'), contrast('#ffffff', '#777777'));
  assert.is(Math.round(contrast('#777777', '#ffffff') * 100) / 100, 4.48);
});

test('an accent that already reads well is kept as it is', () => {
  assert.is(accentFor('#ffffff', '#0b5cad'), '#0b5cad');
  assert.is(accentFor('#ffffff', '#767676'), '#767676');
});

test('a pale accent is darkened on white and a dark one lightened on black, no further than needed', () => {
  for (const accent of ['#ffd400', '#ff8800', '#00e5a0', '#ffffff', '#777777']) {
    const found = contrast(accentFor('#ffffff', accent), '#ffffff');
    assert.ok(found >= 4.5 && found < 4.8, `${accent}: ${found}`);
  }
  for (const accent of ['#0b1f66', '#400000', '#000000']) {
    const found = contrast(accentFor('#14161a', accent), '#14161a');
    assert.ok(found >= 4.5 && found < 4.8, `${accent}: ${found}`);
  }
});

test('every background can be met, the middle greys too', () => {
  for (let grey = 0; grey < 256; grey++) {
    const background = `#${grey.toString(16).padStart(2, '0').repeat(3)}`;
    assert.ok(contrast(accentFor(background, '#3366cc'), background) >= 4.5, background);
    assert.ok(contrast(inkOn(background), background) >= 4.5, background);
  }
});

test('the hue stays: the darker shade of an orange has no more blue than red', () => {
  const [red, green, blue] = parseColour(accentFor('#ffffff', '#ff8800'))!;
  assert.ok(red > green && green > blue);
});

test('#rgb is understood; what is no colour becomes readable ink', () => {
  assert.equal(parseColour('#0af'), [0, 170, 255]);
  for (const bad of ['', 'red', '#12', '#12345g', 'url(javascript:1)']) {
    assert.is(parseColour(bad), null);
    assert.is(accentFor('#ffffff', bad), '#000000');
    assert.is(accentFor('#111111', bad), '#ffffff');
  }
});

test.run();

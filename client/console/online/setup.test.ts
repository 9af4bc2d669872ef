import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EVENTS, isHeardSince, isSecret, keyFault, missingOf } from './setup.ts';

test('a button exists once there is a key, a signing secret and a method', () => {
  const key = { hint: '1234', test: true };
  assert.equal(missingOf({ key: null, webhookSecret: false, methods: [] }), ['key', 'webhookSecret', 'methods']);
  assert.equal(missingOf({ key, webhookSecret: false, methods: ['card'] }), ['webhookSecret']);
  assert.equal(missingOf({ key, webhookSecret: true, methods: [] }), ['methods']);
  assert.equal(missingOf({ key, webhookSecret: true, methods: ['card'] }), []);
});

test('a key is secret or restricted, and one for everybody is named as such', () => {
  for (const key of ['sk_test_51abcdefgh', 'rk_live_51abcdefgh', '  rk_test_51abcdefgh\n']) assert.is(keyFault(key), null, key);
  assert.is(keyFault('pk_live_51abcdefgh'), 'publishable');
  for (const key of ['', 'rk_test_', 'whsec_abcdefghij', 'sk_test_51abcd efgh', 'xsk_test_51abcdefgh'])
    assert.is(keyFault(key), 'wrong', key);
  assert.ok(isSecret(' whsec_abcdefghij '));
  for (const secret of ['', 'whsec_', 'sk_test_51abcdefgh', 'whsec_abc defghij']) assert.not.ok(isSecret(secret), secret);
});

test('what was heard just before counts: it is written down once a minute', () => {
  const since = '2026-11-24T10:00:00.000Z';
  assert.not.ok(isHeardSince(null, since));
  assert.not.ok(isHeardSince('2026-11-24T09:58:59.000Z', since));
  assert.ok(isHeardSince('2026-11-24T09:59:30.000Z', since));
  assert.ok(isHeardSince('2026-11-24T10:00:01.000Z', since));
});

test('each event is named once', () => {
  assert.is(new Set(EVENTS).size, EVENTS.length);
});

test.run();

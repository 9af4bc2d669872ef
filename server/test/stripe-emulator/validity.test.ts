import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { accountObject } from './accounts.ts';
import { faultsOf } from './validity.ts';

const account = accountObject({ id: 'acct_1', name: 'x', email: 'x@example.com', country: 'FR', currency: 'eur', capabilities: {} });

test('an answer as it is described has no faults', () => {
  assert.equal(faultsOf(account), []);
  assert.equal(faultsOf({ error: { type: 'invalid_request_error', message: 'x' } }), []);
});

test('another type, another word, and what is missing are found, in lists and events too', () => {
  const wrong = { ...account, charges_enabled: 'yes' };
  assert.ok(faultsOf(wrong).length > 0);
  assert.ok(faultsOf({ ...account, type: 'odd' }).length > 0);
  assert.ok(faultsOf({ object: 'account' }).length > 0);
  assert.ok(faultsOf({ object: 'list', data: [account, wrong] }).length > 0);
  const event = { id: 'evt_1', object: 'event', api_version: null, created: 1, livemode: false, pending_webhooks: 0, request: null };
  assert.equal(faultsOf({ ...event, type: 'account.updated', data: { object: account } }), []);
  assert.ok(faultsOf({ ...event, type: 'account.updated', data: { object: wrong } }).length > 0);
  assert.ok(faultsOf({ error: { type: 'odd', message: 'x' } }).length > 0);
  assert.equal(faultsOf({ object: 'payout' }), ['no schema for payout']);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { returnPath, routeOf } from './route.ts';

test('every address has its screen', () => {
  assert.equal(routeOf('/'), { screen: 'feed' });
  assert.equal(routeOf('/documents/'), { screen: 'documents' });
  assert.equal(routeOf('/documents/0190-abc'), { screen: 'document', id: '0190-abc' });
  assert.equal(routeOf('/documents/new'), { screen: 'new' });
  assert.equal(routeOf('/documents/0190-abc/edit'), { screen: 'edit', id: '0190-abc' });
  assert.equal(routeOf('/documents/a/b'), { screen: 'missing' });
  assert.equal(routeOf('/clients'), { screen: 'clients' });
  assert.equal(routeOf('/clients/new'), { screen: 'client', id: null });
  assert.equal(routeOf('/clients/0190-abc'), { screen: 'client', id: '0190-abc' });
  assert.equal(routeOf('/settings/company'), { screen: 'company' });
  assert.equal(routeOf('/settings/users/'), { screen: 'users' });
  assert.equal(routeOf('/settings/webhooks'), { screen: 'webhooks' });
  assert.equal(routeOf('/settings/payments'), { screen: 'online' });
  assert.equal(routeOf('/join/abc_DEF-1'), { screen: 'join', token: 'abc_DEF-1' });
  assert.equal(routeOf('/constructor'), { screen: 'missing' });
});

test('signing in never leads to another host or back to the login', () => {
  const from = (path: string) => returnPath(new URLSearchParams({ from: path }));
  assert.is(from('/documents?state=overdue'), '/documents?state=overdue');
  assert.is(from('/documents/0190-abc#talk'), '/documents/0190-abc#talk');
  assert.is(from('//evil.example/documents'), '/');
  assert.is(from('/\\evil.example'), '/');
  assert.is(from('https://evil.example/'), '/');
  assert.is(from('/login'), '/');
  assert.is(from('/join/abc'), '/');
});

test.run();

import { tmpdir } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseEnv, type EnvError } from './env.ts';
import { mailTest } from './mail-test.ts';
import { openMailbox, type Mailbox } from './test/mailbox.ts';

const SECRET = 'a secret for tests, thirty-two characters or more';
let box: Mailbox;
test.before(async () => {
  box = await openMailbox();
});
test.after(() => box.close());

async function said(url: string): Promise<[number, string]> {
  const lines: string[] = [];
  const env = parseEnv({ SMTP_URL: url, MAIL_FROM: 'documents@example.com', SECRET, DATA_DIR: tmpdir() });
  const code = await mailTest(env, 'anne@example.com', (line) => void lines.push(line));
  return [code, lines.join('\n')];
}

test('a login is praised only where there is one; a server that wants one is not called a wrong address', async () => {
  const [code, text] = await said(box.url);
  assert.is(code, 0, text);
  assert.match(text, 'The server answers. No login is given.');
  assert.not.match(text, 'takes the login');
  box.plan.push('accept', '550 relay');
  const [wrong, why] = await said(box.url);
  assert.is(wrong, 1);
  assert.match(why, /Relaying denied[^]*a user and a password/);
  assert.not.match(why, 'Is the address right');
});

test('the address replies go to has no more octets than an address may have', () => {
  const faults = (from: string, inbound = true) => {
    try {
      parseEnv({ MAIL_FROM: from, SECRET, DATA_DIR: tmpdir(), ...(inbound ? { INBOUND_SECRET: SECRET } : {}) });
      return [];
    } catch (error) {
      return (error as EnvError).faults;
    }
  };
  assert.equal(faults(`Us <${'x'.repeat(21)}@example.com>`), []);
  assert.match(faults(`${'x'.repeat(22)}@example.com`).join(), /^MAIL_FROM must have at most 21 characters before its @/);
  assert.is(faults(`${'é'.repeat(11)}@example.com`).length, 1, 'octets are counted');
  assert.equal(faults(`${'x'.repeat(60)}@example.com`, false), []);
});

test.run();

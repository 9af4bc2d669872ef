import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openDatabase } from '../db.ts';
import { CLIENT, LINE, until } from './doors.ts';
import { freshPlace, SECRET } from './harness.ts';
import { api, cleanUp, cli, start, stop } from './program.ts';
import { expectedSignature, openReceiver } from './receiver.ts';

let place: Awaited<ReturnType<typeof freshPlace>>;
const receiver = await openReceiver();
test.before(async () => {
  place = await freshPlace();
});
test.after(async () => {
  cleanUp();
  receiver.close();
  await place.remove();
});

test('killed after the receiver has taken it and before that is written down: it comes again, under the same id', async () => {
  const owner = 'owner@example.com';
  const env = {
    SECRET,
    DEMO: '0',
    DATA_DIR: place.dataDir,
    ...(place.databaseUrl ? { DATABASE_URL: place.databaseUrl } : {}),
  };
  let program = await start({ ...env, OWNER_EMAIL: owner, OWNER_PASSWORD: 'correct horse' });
  const key = (await cli(['create-key', '--owner', owner], env)).out.trim();
  const hook = await api(program, key, 'POST', '/webhooks', { url: `${receiver.url}/hook`, types: ['document.issued', 'api_key.created'] });
  assert.is(hook.status, 201, JSON.stringify(hook.body));
  const { secret, id } = hook.body as { secret: string; id: string };

  const killed = program;
  receiver.answer = (response) => {
    killed.child.kill('SIGKILL');
    void killed.ended.then(() => response.end());
  };
  await api(program, key, 'POST', '/documents?issue=true', { kind: 'quote', client: CLIENT, lines: [LINE] }).catch(() => null);
  await killed.ended;
  assert.is(receiver.received.length, 1);
  receiver.answer = (response) => void response.writeHead(200).end();

  program = await start(env);
  const database = await openDatabase({ databaseUrl: place.databaseUrl, dataDir: place.dataDir, join: true });
  const em = () => database.orm.em.fork();
  // What ran in the dead process counts as dead after two minutes; here at once.
  await em().execute(`update pgboss.job set started_on = started_on - interval '1 hour' where state = 'active'`);
  const all = () =>
    em().execute<{ state: string; attempts: number }[]>('select state, attempts from deliveries where webhook_id = ?', [id]);
  await until(
    async () => {
      await em().execute(`update pgboss.job set start_after = now() where state = 'retry'`);
      return (await all())[0]?.state === 'delivered';
    },
    'it is delivered',
    60_000,
  );
  const [first, second] = receiver.received;
  assert.is(receiver.received.length, 2);
  assert.equal([second?.headers['webhook-id'], second?.body], [first?.headers['webhook-id'], first?.body]);
  for (const call of receiver.received) assert.is(call.headers['webhook-signature'], expectedSignature(secret, call));

  // The command line beside the running server: its events are told too.
  await cli(['create-key', '--owner', owner], env);
  await until(() => receiver.received.length === 3, 'the key is told of', 20_000);
  assert.is((JSON.parse(receiver.received[2]?.body ?? '{}') as { type?: string }).type, 'api_key.created');
  assert.equal(await until(async () => ((await all()).every(({ state }) => state === 'delivered') ? all() : null), 'all ended'), [
    { state: 'delivered', attempts: 1 },
    { state: 'delivered', attempts: 1 },
  ]);
  await database.close();
  await stop(program);
});

test.run();

import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { query } from '../db.ts';
import { openJobs } from '../outside/jobs.ts';
import { until } from './doors.ts';
import { startApp } from './harness.ts';

const app = await startApp();
const RETRIES = { first: 1, last: 1, times: 3 };
const ONE = { name: 'one-by-one', width: 1, retries: RETRIES };
const SEVERAL = { name: 'several', width: 3, retries: RETRIES };
const queues = await openJobs(app.database.address, pino({ level: 'silent' }), { work: true, queues: [ONE, SEVERAL] });

test.after(async () => {
  await queues.stop();
  await app.close();
});

const leave = (queue: string, numbers: number[]) =>
  queues.insert(
    (sql, values) => query(app.em(), sql, values),
    queue,
    numbers.map((n) => ({ data: { n }, after: null })),
  );

test('what is due is worked off without pauses, and one that fails holds up no other', async () => {
  const numbers = Array.from({ length: 20 }, (_, n) => n);
  await leave(ONE.name, numbers);
  const done: number[] = [];
  let tries = 0;
  const begun = performance.now();
  await queues.work(ONE, async ({ data }) => {
    const { n } = data as { n: number };
    if (n === 0 && (tries += 1) === 1) throw new Error('once');
    done.push(n);
  });
  await until(async () => done.length === numbers.length, 'all are done');
  const took = performance.now() - begun;
  assert.equal(
    done.toSorted((a, b) => a - b),
    numbers,
  );
  assert.is(tries, 2);
  assert.ok(took < 12_000, `${took} ms for 20 jobs`);
});

test('as many at once as the queue is wide, as soon as one is told that there is something', async () => {
  let at = 0;
  let most = 0;
  let done = 0;
  await queues.work(SEVERAL, async () => {
    most = Math.max(most, (at += 1));
    await new Promise((resolve) => setTimeout(resolve, 400));
    at -= 1;
    done += 1;
  });
  // Each has found nothing, and waits for its next look.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await leave(SEVERAL.name, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const begun = performance.now();
  queues.nudge(SEVERAL.name);
  await until(async () => done === 9, 'all are done');
  assert.is(most, 3);
  const took = performance.now() - begun;
  assert.ok(took < 5000, `${took} ms for three times three`);
});

test('of what a queue takes once, one waits until it is begun', async () => {
  const once = (data: object) => (data as { about: string }).about;
  const queues = await openJobs(app.database.address, pino({ level: 'silent' }), { work: false, queues: [{ ...ONE, name: 'once', once }] });
  const waiting = async () =>
    (await app.em().execute<{ n: number }[]>("select (data->>'n')::int as n from pgboss.job where name = 'once' order by 1")).map(
      (row) => row.n,
    );
  const leaveAbout = (about: string, numbers: number[]) =>
    queues.insert(
      (sql, values) => query(app.em(), sql, values),
      'once',
      numbers.map((n) => ({ data: { n, about }, after: new Date(Date.now() + 60_000) })),
    );
  await leaveAbout('a', [1, 2]);
  await leaveAbout('a', [3]);
  await leaveAbout('b', [4]);
  assert.equal(await waiting(), [1, 4]);
  await app.em().execute("update pgboss.job set state = 'active' where name = 'once'");
  await leaveAbout('a', [5, 6]);
  await queues.stop();
  assert.equal(await waiting(), [1, 4, 5]);
});

test.run();

import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { query } from '../db.ts';
import { openJobs, type JobQueues } from '../outside/jobs.ts';
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
  let failed = 0;
  const begun = performance.now();
  await queues.work(ONE, async ({ data }) => {
    const { n } = data as { n: number };
    if (n === 0 && (failed += 1) === 1) throw new Error('once');
    done.push(n);
  });
  await until(async () => done.length === numbers.length, 'all are done');
  const took = performance.now() - begun;
  assert.equal(
    done.toSorted((a, b) => a - b),
    numbers,
  );
  assert.is(failed, 2);
  assert.ok(took < 8000, `${took} ms for 20 jobs`);
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
  assert.ok(took < 3000, `${took} ms for three times three`);
});

test('of a queue that takes what it is about once, one waits, also where an older version had made it', async () => {
  const silent = pino({ level: 'silent' });
  const old = await openJobs(app.database.address, silent, { work: false, queues: [{ ...ONE, name: 'once' }] });
  const waiting = async () =>
    (await app.em().execute<{ n: number }[]>("select (data->>'n')::int as n from pgboss.job where name = 'once' order by 1")).map(
      (row) => row.n,
    );
  const leaveAbout = (on: JobQueues, about: string, numbers: number[]) =>
    on.insert(
      (sql, values) => query(app.em(), sql, values),
      'once',
      numbers.map((n) => ({ data: { n, about }, after: new Date(Date.now() + 60_000) })),
    );
  await leaveAbout(old, 'a', [1, 2]);
  await old.stop();
  const once = (data: object) => (data as { about: string }).about;
  const queues = await openJobs(app.database.address, silent, { work: false, queues: [{ ...ONE, name: 'once', once }] });
  await leaveAbout(queues, 'a', [3, 4]);
  await leaveAbout(queues, 'a', [5]);
  await leaveAbout(queues, 'b', [6]);
  assert.equal(await waiting(), [1, 2, 3, 6]);
  await app.em().execute("update pgboss.job set state = 'active' where name = 'once'");
  await leaveAbout(queues, 'a', [7, 8]);
  await queues.stop();
  assert.equal(await waiting(), [1, 2, 3, 6, 7]);
});

test.run();

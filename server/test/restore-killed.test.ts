import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { emptyPlace, openSource, operate, rowsIn, tracesIn, withSecret, type Source } from './backups.ts';
import { until } from './doors.ts';
import { cleanUp, folder, run } from './program.ts';

/** A restore whose process ends before it does, on the embedded database, whose folder is our own to keep in order. */
const good = join(folder(), 'good.tgz');

if (process.env['TEST_DATABASE_URL']) process.stdout.write('skipped: restoring into a folder (unset TEST_DATABASE_URL)\n');
else {
  let source: Source;
  test.before(async () => {
    source = await openSource(good);
  });
  test.after(async () => {
    cleanUp();
    await source.close();
  });

  test('one that is stopped takes away what it has begun; after one that was killed the next begins anew', async () => {
    const place = await emptyPlace();
    const interrupted = async (signal: NodeJS.Signals) => {
      const running = run('server/cli.ts', ['restore', good], withSecret(place));
      running.stays();
      await until(() => existsSync(join(place.dataDir, 'unfinished')), 'it has begun', 100_000);
      running.child.kill(signal);
      return { ended: await running.ended, said: running.output() };
    };
    const stopped = await interrupted('SIGTERM');
    assert.equal([stopped.ended, await tracesIn(place)], [1, []], stopped.said);
    assert.match(stopped.said, /Stopped\. What was half done has been taken away\.\n$/);

    assert.is((await interrupted('SIGKILL')).ended, 'SIGKILL');
    assert.ok(existsSync(join(place.dataDir, 'unfinished')));
    const again = await operate(['restore', good], withSecret(place));
    assert.is(again.code, 0, again.said);
    assert.equal(await rowsIn(place), await rowsIn(source.place));
    assert.not.ok(existsSync(join(place.dataDir, 'unfinished')));
  });
}

test.run();

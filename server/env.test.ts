import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readEnv, type EnvError } from './env.ts';

const DATA_DIR = join(tmpdir(), 'wd-env-none');
const faultsOf = (source: Record<string, string>): string[] => {
  try {
    readEnv({ DATA_DIR, ...source });
    return [];
  } catch (error) {
    return (error as EnvError).faults;
  }
};

test('how long things are kept is in whole days, with a least that is sensible; 0 keeps visits for ever, never history', () => {
  assert.equal(readEnv({ DATA_DIR }).keep, { historyDays: 30, visitDetailsDays: 400 });
  assert.equal(readEnv({ DATA_DIR, KEEP_HISTORY_DAYS: ' 90 ', KEEP_VISIT_DETAILS_DAYS: '0' }).keep, {
    historyDays: 90,
    visitDetailsDays: 0,
  });
  assert.equal(readEnv({ DATA_DIR, KEEP_HISTORY_DAYS: '14', KEEP_VISIT_DETAILS_DAYS: '1' }).keep, { historyDays: 14, visitDetailsDays: 1 });
  for (const value of ['13', '0', '-30', '30.5', '1e3', 'a month', '36501'])
    assert.equal(faultsOf({ KEEP_HISTORY_DAYS: value }), [
      `KEEP_HISTORY_DAYS must be a whole number of days from 14 to 36500, not "${value}".`,
    ]);
  for (const value of ['-1', '1.0', 'never', '99999'])
    assert.equal(faultsOf({ KEEP_VISIT_DETAILS_DAYS: value }), [
      `KEEP_VISIT_DETAILS_DAYS must be a whole number of days from 1 to 36500, or 0 for ever, not "${value}".`,
    ]);
  assert.is(faultsOf({ KEEP_HISTORY_DAYS: 'x', KEEP_VISIT_DETAILS_DAYS: 'y', PORT: 'z' }).length, 3);
});

test('who only reads the configuration makes nothing, not even the secret', () => {
  assert.is(readEnv({ DATA_DIR }).secret, null);
  assert.not.ok(existsSync(DATA_DIR));
});

test.run();

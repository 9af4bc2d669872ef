import type { Scenario } from '../scenario.ts';
import { abuse } from './abuse.ts';
import { crowd } from './crowd.ts';
import { cut } from './cut.ts';
import { database } from './database.ts';
import { deaf } from './deaf.ts';
import { disk } from './disk.ts';
import { killed } from './killed.ts';
import { pairs } from './pairs.ts';
import { payments } from './payments.ts';
import { random } from './random.ts';
import { redis } from './redis.ts';
import { revised } from './revised.ts';
import { smtp } from './smtp.ts';
import { stopped } from './stopped.ts';
import { storm } from './storm.ts';

/** In the order of the promise. */
export const SCENARIOS: readonly Scenario[] = [
  killed,
  database,
  cut,
  storm,
  pairs,
  revised,
  payments,
  redis,
  smtp,
  disk,
  deaf,
  crowd,
  stopped,
  abuse,
  random,
];

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { check } from './checker.ts';
import { readFacts } from './facts.ts';
import { openGround, type Ground } from './ground.ts';
import { createHistory, type History } from './history.ts';
import { parseOptions, USAGE, type Options } from './options.ts';
import { endAll } from './processes.ts';
import { createRandom } from './random.ts';
import { Skipped, type Scenario, type Stage } from './scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { openWorld, type World } from './world.ts';

/**
 * `npm run test:faults`: makes what goes wrong in life go wrong, writes down what everybody was told, and then checks it against the database. (RELIABILITY)
 * One line a scenario, and one for the same with a fault planted in the product, which the checker must find.
 */

/** A scenario with the product as it is, or as it is broken for it. */
interface Run {
  scenario: Scenario;
  broken: boolean;
}

interface Outcome {
  /** `skipped`: why; null otherwise. */
  skipped: string | null;
  note: string;
  violations: string[];
  seconds: number;
  /** Where the history and the servers' words are kept. */
  folder: string;
}

/** How many runs go on side by side, where they may: each waits more than it works. */
const BESIDE = 3;
const LONG_RANDOM_MS = 60_000;
const RANDOM_MS = 12_000;
const BROKEN_RANDOM_MS = 4_000;
const BROKEN_SETTLE_MS = 4_000;
/** Longer than any scenario takes on a busy machine. */
const MOST_MS = 180_000;
const LONG_MOST_MS = 7_200_000;

const options = read();
let ground: Ground | null = null;
process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
process.exit(await main());

/** Nothing is left behind by whoever has seen enough. */
async function stop(): Promise<void> {
  endAll();
  await ground?.close().catch(() => {});
  if (ground) rmSync(ground.folder, { recursive: true, force: true });
  process.exit(130);
}

async function main(): Promise<number> {
  const began = performance.now();
  const stand = (ground = await openGround());
  if (options.strict && stand.redis === null) throw new Error('there is no redis-server here');
  say(`  seed ${options.seed}${options.minutes === null ? '' : ', full sizes'}  ${secondsSince(began)} s to set up\n`);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const runs = SCENARIOS.filter(({ name }) => options.only?.includes(name) ?? true).flatMap((scenario) =>
    [false, true].filter((broken) => (broken ? options.planted : options.sound)).map((broken): Run => ({ scenario, broken })),
  );
  const isAlone = ({ scenario, broken }: Run) =>
    options.minutes !== null || scenario.alone === 'always' || (scenario.alone === 'sound' && !broken);
  try {
    const beside = runs.filter((run) => !isAlone(run));
    await Promise.all(
      Array.from({ length: BESIDE }, async () => {
        for (let run = beside.shift(); run !== undefined; run = beside.shift()) count(counts, run, await runOne(stand, run));
      }),
    );
    for (const run of runs.filter(isAlone)) count(counts, run, await runOne(stand, run));
  } finally {
    await stand.close();
  }
  const { passed, failed, skipped } = counts;
  if (failed === 0) rmSync(stand.folder, { recursive: true, force: true });
  say(`\n${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}  ${secondsSince(began)} s\n`);
  return failed === 0 && passed > 0 && !(options.strict && skipped > 0) ? 0 : 1;
}

/** Says how a run went, and counts it. */
function count(counts: { passed: number; failed: number; skipped: number }, { scenario, broken }: Run, outcome: Outcome): void {
  if (outcome.skipped !== null) {
    counts.skipped += 1;
    say(`- ${scenario.name}${broken ? '/planted' : ''}  skipped: ${outcome.skipped}\n`);
  } else if (broken ? tellBroken(scenario, outcome) : tell(scenario, outcome)) counts.passed += 1;
  else counts.failed += 1;
}

async function runOne(ground: Ground, { scenario, broken }: Run): Promise<Outcome> {
  const began = performance.now();
  const history = createHistory();
  const name = `${scenario.name}${broken ? '-planted' : ''}`;
  const worlds: World[] = [];
  let note = '';
  let skipped: string | null = null;
  const violations: string[] = [];
  try {
    const stage = {
      ground,
      random: createRandom(options.seed),
      long: options.minutes !== null && !broken,
      broken,
      ms: broken ? BROKEN_RANDOM_MS : options.minutes === null ? RANDOM_MS : options.minutes * LONG_RANDOM_MS,
      async open(wanted: Parameters<Stage['open']>[0]) {
        const world = await openWorld(ground, { ...wanted, name, history, plants: broken ? scenario.planted.plants : [] });
        worlds.push(world);
        return world;
      },
    };
    const hung = delay(stage.long ? LONG_MOST_MS : MOST_MS, null, { ref: false }).then(() => {
      throw new Error('it hangs');
    });
    note = await Promise.race([scenario.run(stage), hung]);
  } catch (error) {
    if (error instanceof Skipped) skipped = error.message;
    else violations.push(`it could not be done: ${inspect(error)}`);
  }
  const folder = join(ground.folder, name);
  const [world] = worlds;
  if (world && skipped === null) {
    const judged = await judge(ground, world, history, name, broken).catch((error: unknown) => ({
      violations: [`it could not be judged: ${inspect(error)}`],
      counts: '',
    }));
    violations.push(...judged.violations);
    note = [note, judged.counts].filter((part) => part !== '').join(', ');
  }
  await world?.close();
  mkdirSync(folder, { recursive: true });
  history.save(join(folder, 'history.jsonl'));
  return { skipped, note, violations, seconds: (performance.now() - began) / 1000, folder };
}

/** What the checker says, once nothing goes on any more; and the numbers that go with it. */
async function judge(
  ground: Ground,
  world: World,
  history: History,
  name: string,
  broken: boolean,
): Promise<{ violations: string[]; counts: string }> {
  await ground.cluster.start();
  await world.settle(broken ? { ms: BROKEN_SETTLE_MS } : {});
  const facts = await readFacts(ground.cluster.url(world.database));
  writeFileSync(join(ground.folder, name, 'facts.json'), JSON.stringify(facts));
  const recorded = new Set(facts.records.map((record) => record.id));
  const acknowledged = new Set(history.entries.flatMap((entry) => (entry.what === 'acknowledged' ? [entry.id] : [])));
  const found = [...acknowledged].filter((id) => recorded.has(id)).length;
  const screens = history.entries.filter((entry) => entry.what === 'left' && entry.view !== null && !entry.early).length;
  const counts = [`${acknowledged.size} acknowledged, ${found} found`, ...(screens > 0 ? [`${screens} screens equal`] : [])];
  return { violations: check(history.entries, facts), counts: counts.join(', ') };
}

function tell({ name }: Scenario, outcome: Outcome): boolean {
  const good = outcome.violations.length === 0;
  say(`${good ? '✓' : '✗'} ${name}  ${outcome.note}  ${outcome.seconds.toFixed(1)} s\n`);
  if (!good) tellWhy(outcome);
  return good;
}

function tellBroken({ name, planted }: Scenario, outcome: Outcome): boolean {
  const found = outcome.violations.find((violation) => planted.finds.test(violation));
  const what = `${name}/planted (${planted.plants.join(', ')})`;
  if (found !== undefined) say(`✓ ${what}: found “${found}”  ${outcome.seconds.toFixed(1)} s\n`);
  else {
    say(`✗ ${what}: not found  ${outcome.seconds.toFixed(1)} s\n`);
    tellWhy(outcome);
  }
  return found !== undefined;
}

function tellWhy({ violations, folder }: Outcome): void {
  for (const violation of violations.slice(0, 20)) say(`    ${violation}\n`);
  if (violations.length > 20) say(`    and ${violations.length - 20} more\n`);
  say(`    seed ${options.seed}; history in ${folder}\n`);
}

function read(): Options {
  try {
    return parseOptions(
      process.argv.slice(2),
      SCENARIOS.map(({ name }) => name),
    );
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

function secondsSince(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1);
}

function say(text: string): void {
  process.stdout.write(text);
}

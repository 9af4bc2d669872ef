import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * Runs every test file in a process of its own, a few at a time, and counts. A file that hangs is ended and counts as a
 * failure: uvu alone would exit without a word.
 */
const TIMEOUT_MS = 240_000;
const PATTERNS = ['shared/**/*.test.ts', 'server/**/*.test.ts', 'client/**/*.test.ts'];
/** What a file says of tests it leaves out for what is not there. */
const SKIPPED = /^skipped:.*$/m;

interface Outcome {
  file: string;
  passed: number;
  failed: number;
  output: string;
  seconds: number;
}

const wanted = process.argv.slice(2);
const files = globSync(PATTERNS)
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  // The browser tests take longest: they start first.
  .sort((a, b) => Number(b.includes('e2e')) - Number(a.includes('e2e')) || a.localeCompare(b));

const queue = [...files];
const outcomes: Outcome[] = [];
const workers = Math.max(1, Math.min(Number(process.env['TEST_WORKERS'] ?? 2), availableParallelism()));
await Promise.all(Array.from({ length: workers }, work));

const passed = outcomes.reduce((sum, one) => sum + one.passed, 0);
const failed = outcomes.reduce((sum, one) => sum + one.failed, 0);
for (const one of outcomes.filter((outcome) => outcome.failed > 0)) process.stdout.write(`\n✗ ${one.file}\n${one.output}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

async function work(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const outcome = await run(file);
    outcomes.push(outcome);
    process.stdout.write(
      `${outcome.failed === 0 ? '✓' : '✗'} ${file}  ${outcome.passed} passed${outcome.failed ? `, ${outcome.failed} failed` : ''}  ${outcome.seconds.toFixed(1)} s\n`,
    );
    const skipped = SKIPPED.exec(outcome.output);
    if (skipped) process.stdout.write(`  ${skipped[0]}\n`);
  }
}

function run(file: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(process.execPath, [file], { env: { ...process.env, FORCE_COLOR: '0' } });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    const timer = setTimeout(() => {
      output += `\nended after ${TIMEOUT_MS / 1000} s: it hung`;
      child.kill('SIGKILL');
    }, TIMEOUT_MS);
    child.on('close', (code) => {
      clearTimeout(timer);
      const total = Number(/Total:\s+(\d+)/.exec(output)?.[1] ?? 0);
      const good = Number(/Passed:\s+(\d+)/.exec(output)?.[1] ?? 0);
      // A file that ended badly, or ran nothing and does not say why, has at least one failure.
      const failed = Math.max(total - good, code === 0 && (total > 0 || SKIPPED.test(output)) ? 0 : 1);
      resolve({ file, passed: good, failed, output, seconds: (performance.now() - started) / 1000 });
    });
  });
}

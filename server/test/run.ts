import chromium from '@sparticuz/chromium';
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

/**
 * Runs every test file in a process of its own, a few at a time, and counts. A file that hangs is ended and counts as a
 * failure: uvu alone would exit without a word. With `--checks`, types and style are looked at beside them, each counted as one.
 */
const TIMEOUT_MS = 240_000;
/** Scripts of package.json; they take longer than any file. */
const CHECKS = ['check', 'lint'];
const CHECK_TIMEOUT_MS = 600_000;
/** Files that wait for real time more than they work: one after the other, beside those that keep the machine busy; then what is left of the others. */
const WAITING = [
  'client/e2e/access',
  'client/e2e/webhooks',
  'server/test/answer',
  'server/test/mail',
  'server/test/metrics',
  'server/test/online',
  'server/test/users',
  'server/test/webhook-crash',
];
const COMPILED = resolve(import.meta.dirname, '../../node_modules/.cache/compile');
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

const given = process.argv.slice(2);
const wanted = given.filter((one) => one !== '--checks');
const files = globSync(PATTERNS)
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  // The browser tests take longest: they start first.
  .sort((a, b) => Number(b.includes('e2e')) - Number(a.includes('e2e')) || a.localeCompare(b));

const unknown = wanted.filter((part) => !files.some((file) => file.includes(part)));
if (unknown.length > 0) {
  process.stderr.write(`there is no test file ${unknown.join(', ')}\n`);
  process.exit(2);
}

// Two files that unpack the browser at the same time would find each other's half of it.
if (files.some((file) => file.includes('e2e'))) await chromium.executablePath();

const isWaiting = (file: string) => WAITING.some((name) => file.startsWith(name));
const waiting = files.filter(isWaiting);
const queue = [...(given.includes('--checks') ? CHECKS : []), ...files.filter((file) => !isWaiting(file))];
const outcomes: Outcome[] = [];
const workers = Math.max(1, Math.min(Number(process.env['TEST_WORKERS'] ?? 2), availableParallelism()));
await Promise.all([...Array.from({ length: workers }, () => work(queue)), work(waiting).then(() => work(queue))]);

const passed = outcomes.reduce((sum, one) => sum + one.passed, 0);
const failed = outcomes.reduce((sum, one) => sum + one.failed, 0);
for (const one of outcomes.filter((outcome) => outcome.failed > 0)) process.stdout.write(`\n✗ ${one.file}\n${one.output}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

async function work(queue: string[]): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const outcome = await (CHECKS.includes(file) ? runCheck(file) : runFile(file));
    outcomes.push(outcome);
    process.stdout.write(
      `${outcome.failed === 0 ? '✓' : '✗'} ${file}  ${outcome.passed} passed${outcome.failed ? `, ${outcome.failed} failed` : ''}  ${outcome.seconds.toFixed(1)} s\n`,
    );
    const skipped = SKIPPED.exec(outcome.output);
    if (skipped) process.stdout.write(`  ${skipped[0]}\n`);
  }
}

async function runFile(file: string): Promise<Outcome> {
  const { code, output, seconds } = await run(process.execPath, [file], TIMEOUT_MS);
  const total = Number(/Total:\s+(\d+)/.exec(output)?.[1] ?? 0);
  const passed = Number(/Passed:\s+(\d+)/.exec(output)?.[1] ?? 0);
  // A file that ended badly, or ran nothing and does not say why, has at least one failure.
  const failed = Math.max(total - passed, code === 0 && (total > 0 || SKIPPED.test(output)) ? 0 : 1);
  return { file, passed, failed, output, seconds };
}

async function runCheck(script: string): Promise<Outcome> {
  const { code, output, seconds } = await run('npm', ['run', '--silent', script], CHECK_TIMEOUT_MS);
  return { file: script, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output, seconds };
}

function run(command: string, args: string[], ms: number): Promise<{ code: number | null; output: string; seconds: number }> {
  return new Promise((done) => {
    const started = performance.now();
    // What one file has compiled, the next one need not: they load the same program.
    const env = { ...process.env, FORCE_COLOR: '0', NODE_COMPILE_CACHE: COMPILED };
    const child = spawn(command, args, { env });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    const timer = setTimeout(() => {
      output += `\nended after ${ms / 1000} s: it hung`;
      child.kill('SIGKILL');
    }, ms);
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ code, output, seconds: (performance.now() - started) / 1000 });
    });
  });
}

import { parseArgs } from 'node:util';
import type { AccountInput } from './accounts.ts';
import { startEmulator } from './emulator.ts';

/**
 * The emulator as a process of its own. Says `{"url":…,"control":…}` in one line when it listens (`control` is the token of the control
 * door), and ends with its standard input or on SIGTERM: it never outlives who has started it.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    state: { type: 'string' },
    'settle-ms': { type: 'string' },
    'retry-ms': { type: 'string' },
    'timeout-ms': { type: 'string' },
  },
});

// What is secret comes in the environment: arguments can be read by everybody on the machine.
const accounts = process.env['STRIPE_EMULATOR_ACCOUNTS'];
const emulator = await startEmulator({
  port: numberOf(values.port),
  state: values.state,
  token: process.env['STRIPE_EMULATOR_TOKEN'],
  accounts: accounts === undefined ? [] : (JSON.parse(accounts) as AccountInput[]),
  settleMs: values['settle-ms'] === undefined ? null : numberOf(values['settle-ms']),
  retryMs: values['retry-ms']?.split(',').map(numberOf),
  timeoutMs: values['timeout-ms'] === undefined ? undefined : numberOf(values['timeout-ms']),
});

let ending = false;
process.stdin.on('end', end).on('error', end).resume();
process.on('SIGTERM', end);
process.on('SIGINT', end);
process.stdout.write(`${JSON.stringify({ url: emulator.url, control: emulator.token })}\n`);

function end(): void {
  if (ending) return;
  ending = true;
  emulator.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
}

function numberOf(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`not a number: ${text}`);
  return number;
}

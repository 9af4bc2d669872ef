import { doctor } from '../doctor/doctor.ts';
import { UsageError } from './usage.ts';
import { storageOf } from './where.ts';

/** Says of everything whether it is well, a line each. 1: something is broken. */
export async function doctorCommand(args: string[]): Promise<number> {
  const wrong = args.find((arg) => arg !== '--full');
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is not expected here`);
  const well = await doctor({
    source: process.env,
    full: args.includes('--full'),
    storageOf,
    say: ({ level, text }) => void process.stdout.write(`${level.padEnd(7)}  ${text}\n`),
  });
  return well ? 0 : 1;
}

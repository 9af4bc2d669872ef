/** What `npm run test:faults -- …` may be told. */
export interface Options {
  /** Names of scenarios; null: all. */
  only: readonly string[] | null;
  seed: number;
  /** null: bounded. Otherwise everything in its full size, and the random scenario for so many minutes. */
  minutes: number | null;
  /** Which builds: the product as it is, and the one broken on purpose. */
  sound: boolean;
  planted: boolean;
  /** What this machine has not the means for counts as failed. */
  strict: boolean;
}

export const USAGE = `Usage: npm run test:faults -- [options]
  --only NAME[,NAME…]   these scenarios alone
  --planted             only with planted faults: the checker must find each
  --sound               only the product as it is
  --strict              what cannot be tried on this machine counts as failed
  --seed N              the same plan again, as a failing run has printed it
  --minutes N           the full sizes of the promise, and N minutes of the random scenario; may take an hour
`;

/** Reads the command line. Throws an Error with a sentence for whatever is not understood. */
export function parseOptions(args: readonly string[], known: readonly string[]): Options {
  const options: Options = {
    only: null,
    seed: Math.floor(Math.random() * 2 ** 31),
    minutes: null,
    sound: true,
    planted: true,
    strict: false,
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--planted') options.sound = false;
    else if (arg === '--sound') options.planted = false;
    else if (arg === '--strict') options.strict = true;
    else if (arg === '--only') options.only = namesOf(rest.shift(), known);
    else if (arg === '--seed') options.seed = wholeNumber(arg, rest.shift(), 0);
    else if (arg === '--minutes') options.minutes = wholeNumber(arg, rest.shift(), 1);
    else throw new Error(`there is no option ${arg}`);
  }
  if (!options.sound && !options.planted) throw new Error('--planted and --sound exclude each other');
  return options;
}

function namesOf(value: string | undefined, known: readonly string[]): string[] {
  const names = (value ?? '').split(',').filter((name) => name !== '');
  const strange = names.filter((name) => !known.includes(name));
  if (names.length === 0 || strange.length > 0)
    throw new Error(`--only takes names of scenarios (${known.join(', ')}), not "${strange.join(', ')}"`);
  return names;
}

function wholeNumber(option: string, value: string | undefined, least: number): number {
  const number = Number(value);
  if (value === undefined || !Number.isSafeInteger(number) || number < least)
    throw new Error(`${option} takes a whole number from ${least} on`);
  return number;
}

import { readFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { fromMinor } from '../shared/money.ts';
import { Refusal } from '../shared/refusal.ts';
import { backupCommand } from './cli/backup.ts';
import { doctorCommand } from './cli/doctor.ts';
import { restoreCommand } from './cli/restore.ts';
import { UsageError } from './cli/usage.ts';
import type { Acting } from './commands/scope.ts';
import { openDatabase, type Database } from './db.ts';
import { UserSchema, WebhookSchema } from './entities/index.ts';
import { EnvError, parseEnv } from './env.ts';
import { createExecute, type Jobs } from './execute.ts';
import { createIntake } from './intake.ts';
import { leaveJobs, QUEUES } from './jobs/queues.ts';
import { mailTest } from './mail-test.ts';
import { openJobs, type JobQueues } from './outside/jobs.ts';
import { createTokens } from './secrets.ts';
import type { DocumentAnswer } from './views/answer.ts';
import { WORDS } from './words.ts';

const SILENT = pino({ level: 'silent' });

const USAGE = `Usage:
  npm run --silent cli -- create-key --owner EMAIL [--label TEXT]   prints a new API key, and nothing else
  npm run --silent cli -- import --owner EMAIL [--draft] FILE…      takes in UBL, CII or JSON documents, one line a file
  npm run --silent cli -- mail-test ADDRESS                         sends one mail and says what is wrong with the settings
  npm run --silent cli -- doctor [--full]                           says what is well, and what to do about the rest; --full reads every file
  npm run --silent cli -- backup FILE                               database, files and what waits, in one file, while the server runs; - for standard output
  npm run --silent cli -- restore [--new-secret] FILE               brings a backup back into an empty place; --new-secret where SECRET is lost
`;

interface Tools {
  database: Database;
  jobs: Jobs;
  acting: Acting;
  origin: string;
  secret: string;
}

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  'create-key': createKey,
  import: importFiles,
  'mail-test': testMail,
  doctor: doctorCommand,
  backup: backupCommand,
  restore: restoreCommand,
};

/** Without endpoints, what the command line does makes no work for later; were that to change, it must not be lost quietly. */
const noJobs: Jobs = {
  add: (_, jobs) => (jobs.length === 0 ? Promise.resolve() : Promise.reject(new Error('the command line cannot leave jobs'))),
  begin: () => {},
};

try {
  const [command = '', ...args] = process.argv.slice(2);
  const run = COMMANDS[command];
  if (!run) throw new UsageError(command === '' ? 'a command is needed' : `there is no command "${command}"`);
  // The exit ends what the connection pool would keep open for a while.
  process.exit(await run(args));
} catch (error) {
  const usage = error instanceof UsageError ? `\n${USAGE}` : '';
  process.stderr.write(`${error instanceof EnvError ? error.faults.join('\n') : reasonOf(error)}\n${usage}`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

async function createKey(args: string[]): Promise<number> {
  const { owner, options, rest } = parse(args, ['label']);
  if (rest.length > 0) throw new UsageError(`"${rest[0]}" is not expected here`);
  return withTools(owner, async ({ database, jobs, acting, secret }) => {
    const done = await executor(
      database,
      jobs,
    )({
      name: 'createApiKey',
      id: randomUUID(),
      input: { label: options['label'] ?? 'command line' },
      acting,
      facts: { ip: null, userAgent: 'cli', pdf: null },
    });
    process.stdout.write(`${createTokens(secret).make('key', String(done.result['key']))}\n`);
    return 0;
  });
}

async function testMail(args: string[]): Promise<number> {
  const [address, ...more] = args;
  if (address === undefined || more.length > 0) throw new UsageError('mail-test takes one address');
  if (!/^[^@\s]+@[^@\s]+$/.test(address)) throw new UsageError(`"${address}" is not an e-mail address`);
  return mailTest(parseEnv(process.env), address, (line) => void process.stdout.write(`${line}\n`));
}

async function importFiles(args: string[]): Promise<number> {
  const { owner, flags, rest } = parse(args, [], ['draft']);
  if (rest.length === 0) throw new UsageError('name at least one file');
  return withTools(owner, async ({ database, jobs, acting, origin, secret }) => {
    const tokens = createTokens(secret);
    const intake = createIntake({
      em: () => database.orm.em.fork(),
      execute: executor(database, jobs),
      linkUrl: (link) => `${origin}/d/${tokens.make('link', link)}`,
    });
    let refused = 0;
    for (const file of rest) {
      try {
        // npm changes into the project's folder; names are meant from where the person stands.
        const bytes = await readFile(resolve(process.env['INIT_CWD'] ?? process.cwd(), file));
        const how = { acting, issue: !flags.has('draft'), key: null };
        const made = extname(file).toLowerCase() === '.json' ? await intake.json(parseJson(bytes), how) : await intake.xml(bytes, how);
        process.stdout.write(`${lineFor(made)}\n`);
      } catch (error) {
        refused += 1;
        process.stdout.write(`refused  ${basename(file)}  ${reasonOf(error)}\n`);
      }
    }
    return refused === 0 ? 0 : 1;
  });
}

/** Kind, number, gross total, link, and how many warnings wait in the console. */
function lineFor(made: DocumentAnswer): string {
  const total =
    made.totals.gross === null || made.currency === null ? '-' : `${fromMinor(made.totals.gross, made.currency)} ${made.currency}`;
  const warnings = made.warnings.length === 0 ? [] : [`(${made.warnings.length} warning${made.warnings.length === 1 ? '' : 's'})`];
  return [made.kind, made.number ?? '-', total, made.link ?? '-', ...warnings].join('  ');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Refusal)) return (error as Error).message;
  const faults = error.faults.map((fault) => `${fault.pointer} ${fault.rule}: ${fault.detail}`);
  return [WORDS.en.refusals[error.code], ...(faults.length > 0 || error.detail === null ? faults : [error.detail])].join(' ');
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refusal('malformed', { detail: 'the file is not valid JSON' });
  }
}

function executor(database: Database, jobs: Jobs) {
  // A running server finds these events by its poll within a second.
  const em = () => database.orm.em.fork();
  return createExecute({ em, logger: SILENT, committed: () => {}, jobs, graceMs: 0 });
}

async function withTools(owner: string, work: (tools: Tools) => Promise<number>): Promise<number> {
  const env = parseEnv(process.env);
  const database = await openDatabase({ ...env, join: true });
  let queues: JobQueues | null = null;
  try {
    const user = await database.orm.em.fork().findOne(UserSchema, { email: owner.toLowerCase() });
    if (user === null) throw new Error(`No user has the address ${owner}.`);
    const acting: Acting = { as: 'user', company: user.company, user: user.id, name: user.name, session: null, key: null };
    const origin = env.publicUrl ?? database.url ?? `http://${env.host}:${env.port}`;
    // The owner's endpoints hear of it from the server, which finds these jobs within two seconds.
    const told = await database.orm.em.fork().count(WebhookSchema, { company: user.company, disabledAt: null, removedAt: null });
    if (told > 0) queues = await openJobs(database.address, SILENT, { work: false, queues: Object.values(QUEUES) });
    return await work({ database, jobs: queues === null ? noJobs : leaveJobs(queues), acting, origin, secret: env.secret });
  } finally {
    await queues?.stop();
    await database.close();
  }
}

function parse(
  args: string[],
  valued: string[],
  bare: string[] = [],
): { owner: string; options: Record<string, string>; flags: Set<string>; rest: string[] } {
  const options: Record<string, string> = {};
  const flags = new Set<string>();
  const rest: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('--')) rest.push(arg);
    else if (bare.includes(arg.slice(2))) flags.add(arg.slice(2));
    else if (['owner', ...valued].includes(arg.slice(2))) {
      const value = args[(i += 1)];
      if (value === undefined) throw new UsageError(`${arg} needs a value`);
      options[arg.slice(2)] = value;
    } else throw new UsageError(`there is no option ${arg}`);
  }
  if (options['owner'] === undefined) throw new UsageError('--owner EMAIL is needed');
  return { owner: options['owner'], options, flags, rest };
}

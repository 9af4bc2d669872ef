import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EnvError, parseEnv, StartFault } from './env.ts';
import { openInbox } from './outside/inbox.ts';
import { secretPath } from './secrets.ts';

/** Nobody answers, no such host, wrong password, no such database, not allowed. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN', '28P01', '28000', '3D000', '42501']);
let stopping = false;

try {
  await start();
} catch (error) {
  // A stop during the first start takes the ground from under it; the stop itself exits.
  if (stopping) await new Promise(() => {});
  if (error instanceof EnvError) fail(['The configuration has faults:', ...error.faults.map((fault) => `  - ${fault}`)]);
  if (error instanceof StartFault) fail([error.message]);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    fail([`The port is taken: ${(error as Error).message}. Set PORT to another one.`]);
  const code = String((error as { code?: unknown }).code);
  if (UNREACHABLE.has(code))
    fail([`The database of DATABASE_URL cannot be used (${code}): ${(error as Error).message || 'nothing answers at its address'}.`]);
  throw error;
}

async function start(): Promise<void> {
  const env = parseEnv(process.env);
  if (!existsSync(new URL('../client/dist/manifest.json', import.meta.url)))
    throw new StartFault('The pages are not built. Run: npm run build (npm start does it by itself).');
  const opening = env.smtpUrl === null ? openInbox({ folder: join(env.dataDir, 'inbox'), path: secretPath(env.secret, 'inbox') }) : null;
  opening?.catch(() => {});
  // It takes as long to load as the inbox does: both at once.
  const { serve } = await import('./serve.ts');
  await serve(env, opening, () => (stopping = true));
}

function fail(lines: string[]): never {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
}

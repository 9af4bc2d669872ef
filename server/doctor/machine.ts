import { existsSync, readFileSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { EnvError, readEnv, secretFile } from '../env.ts';
import { fault, ok, warning, type Finding } from './finding.ts';

export type Settings = ReturnType<typeof readEnv>;

const GIB = 1024 ** 3;
/** Free bytes below which to think of it, and below which it cannot go on for long. */
const LITTLE = 2 * GIB;
const TOO_LITTLE = 0.2 * GIB;
const DIST = new URL('../../client/dist/manifest.json', import.meta.url);
const PACKAGE = new URL('../../package.json', import.meta.url);

/** The configuration, or everything that is wrong with it. */
export function settings(source: Readonly<Record<string, string | undefined>>): { env: Settings | null; findings: Finding[] } {
  try {
    return { env: readEnv(source), findings: [ok('Settings: all can be read')] };
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    return { env: null, findings: error.faults.map((text) => fault(`Settings: ${text}`)) };
  }
}

/** The program itself: what runs it, and whether its pages are built. */
export function program(): Finding[] {
  const { version, dependencies } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string; dependencies: { node: string } };
  const major = (text: string) => Number(/\d+/.exec(text)?.[0]);
  const runs = `Program: ${version} on Node.js ${process.versions.node}`;
  return [
    major(process.versions.node) === major(dependencies.node)
      ? ok(runs)
      : warning(`${runs}, made for ${dependencies.node}. Start it through npm, which has that one.`),
    existsSync(DIST) ? ok('Pages: built') : fault('Pages: not built, so the server does not start. Run: npm run build'),
  ];
}

/** The secret, without which no link works. */
export function secret({ secret: given, dataDir }: Settings): Finding[] {
  if (given !== null) return [ok('Secret: the one in SECRET. Keep it beside the backups')];
  const file = secretFile(dataDir);
  if (!existsSync(file)) return [ok('Secret: made at the first start')];
  const others = (statSync(file).mode & 0o077) !== 0;
  return [others ? warning(`Secret: other users can read ${file}. Run: chmod 600 ${file}`) : ok(`Secret: in ${file}, for its user only`)];
}

/** The room there is where data is kept. */
export async function room({ dataDir }: Settings): Promise<Finding[]> {
  if (!existsSync(dataDir)) return [ok(`Disk: ${dataDir} is made at the first start`)];
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const text = `Disk: ${(free / GIB).toFixed(1)} GiB free in ${dataDir}`;
  if (free < TOO_LITTLE) return [fault(`${text}. Make room, or uploads and the embedded database will fail.`)];
  return [free < LITTLE ? warning(`${text}. Make room soon.`) : ok(text)];
}

import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, type ZlibOptions } from 'node:zlib';
import type { Manifest, ManifestChunk } from 'vite';
import { DIST, ROOT } from './paths.ts';

const brotli = promisify(brotliCompress);
const zip = promisify<Buffer, ZlibOptions, Buffer>(gzip);

const PROJECT = join(ROOT, '..');
const STAMP = join(DIST, 'stamp');
const ASSETS = join(DIST, 'assets');
/** Below this many bytes a compressed copy is not worth its header. */
const LEAST_BYTES = 1000;

/**
 * Builds everything under `client/dist`: the browser files with a `.br` and a `.gz` beside each of them, the server-side bundle and,
 * last, the stamp. A build that was interrupted has no stamp and is made again. Throws what Vite throws.
 */
export async function build(): Promise<void> {
  const stamp = await sourcesHash();
  const [vite, { browserConfig, ENTRIES, serverConfig }] = await Promise.all([import('vite'), import('./vite.config.ts')]);
  await rm(DIST, { recursive: true, force: true });
  const manifest: Manifest = {};
  for (const entry of ENTRIES) {
    await vite.build(browserConfig(entry));
    Object.assign(manifest, keyedBy(entry, JSON.parse(await readFile(join(DIST, '.vite/manifest.json'), 'utf8')) as Manifest));
  }
  await rm(join(DIST, '.vite'), { recursive: true });
  await writeFile(join(DIST, 'manifest.json'), JSON.stringify(manifest, null, 2));
  await vite.build(serverConfig());
  await compressAssets();
  await writeFile(STAMP, stamp);
}

/** Whether `client/dist` was built from the sources as they are now. Reads them, builds nothing. */
export async function isBuilt(): Promise<boolean> {
  const [built, now] = await Promise.all([readFile(STAMP, 'utf8').catch(() => null), sourcesHash()]);
  return built === now;
}

/**
 * The entries are built apart, so the same source may stand in both manifests as two files. Every key but the entry's own therefore
 * begins with the entry's folder: `viewer:../shared/i18n/fr.ts`.
 */
function keyedBy(entry: string, manifest: Manifest): Manifest {
  const rename = (key: string) => (key === entry ? key : `${entry.split('/')[0]}:${key}`);
  const chunks = Object.entries(manifest).map(([key, chunk]): [string, ManifestChunk] => {
    const { imports, dynamicImports } = chunk;
    return [
      rename(key),
      { ...chunk, ...(imports && { imports: imports.map(rename) }), ...(dynamicImports && { dynamicImports: dynamicImports.map(rename) }) },
    ];
  });
  return Object.fromEntries(chunks);
}

async function compressAssets(): Promise<void> {
  for (const path of await filesUnder(ASSETS)) {
    const content = await readFile(path);
    if (content.length < LEAST_BYTES) continue;
    const quality = {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    };
    await Promise.all([
      writeFile(`${path}.br`, await brotli(content, quality)),
      writeFile(`${path}.gz`, await zip(content, { level: constants.Z_BEST_COMPRESSION })),
    ]);
  }
}

/** SHA-256 over paths and contents of all that the build reads. */
async function sourcesHash(): Promise<string> {
  const found = await Promise.all(['client', 'shared'].map((folder) => filesUnder(join(PROJECT, folder))));
  const sources = found.flat().filter((path) => !path.startsWith(DIST) && !/\.test\.ts$|\/e2e\//.test(path));
  const hash = createHash('sha256');
  const paths = [...sources, join(PROJECT, 'package-lock.json')].sort();
  const contents = await Promise.all(paths.map((path) => readFile(path).catch(() => Buffer.alloc(0))));
  paths.forEach((path, i) =>
    hash
      .update(`${relative(PROJECT, path)}\0`)
      .update(contents[i]!)
      .update('\0'),
  );
  return hash.digest('hex');
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

if (import.meta.main && !(process.argv.includes('--if-changed') && (await isBuilt()))) await build();

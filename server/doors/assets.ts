import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
}

/** What Vite built, as its manifest names it. */
export interface Assets {
  /** The folder of the files. */
  dir: string;
  /** The tags of a page's entry: stylesheets, the script, and its imports to be fetched early. */
  tags(entry: 'viewer/entry-client.ts' | 'console/main.ts'): string;
}

/** Reads Vite's manifest in the folder of the build. */
export function loadAssets(dist: string): Assets {
  const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')) as Record<string, Chunk>;
  return {
    dir: join(dist, 'assets'),
    tags(entry) {
      const chunk = manifest[entry];
      if (!chunk) throw new Error(`the build has no ${entry}`);
      const imports = [...reachable(manifest, entry)].map((name) => manifest[name]).filter((c) => c !== undefined);
      const css = new Set([chunk, ...imports].flatMap((c) => c.css ?? []));
      return [
        ...[...css].map((file) => `<link rel="stylesheet" href="/${file}">`),
        ...imports.map((c) => `<link rel="modulepreload" href="/${c.file}">`),
        `<script type="module" src="/${chunk.file}"></script>`,
      ].join('\n');
    },
  };
}

function reachable(manifest: Record<string, Chunk>, entry: string, seen = new Set<string>()): Set<string> {
  for (const name of manifest[entry]?.imports ?? []) {
    if (seen.has(name)) continue;
    seen.add(name);
    reachable(manifest, name, seen);
  }
  return seen;
}

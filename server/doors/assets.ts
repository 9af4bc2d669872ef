import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
}

/** What Vite built, as its manifest names it. */
export interface Assets {
  /** The folder of the files. */
  dir: string;
  /**
   * The tags of a page's entry: stylesheets, the script, and its imports to be fetched early. With an accent (`#rrggbb`) the first
   * stylesheet comes with its colours in it: a page waits for each of them before it paints.
   */
  tags(entry: 'viewer/entry-client.ts' | 'console/main.ts', accent?: string | null): string;
  /** A stylesheet by its name in the build, null when there is none of that name. */
  sheet(name: string): string | null;
}

/** Reads Vite's manifest in the folder of the build. */
export function loadAssets(dist: string): Assets {
  const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')) as Record<string, Chunk>;
  return {
    dir: join(dist, 'assets'),
    tags(entry, accent = null) {
      const chunk = manifest[entry];
      if (!chunk) throw new Error(`the build has no ${entry}`);
      const imports = [...reachable(manifest, entry)].map((name) => manifest[name]).filter((c) => c !== undefined);
      const css = new Set([chunk, ...imports].flatMap((c) => c.css ?? []));
      return [
        ...[...css].map((file, i) => {
          const href = accent !== null && i === 0 ? `/theme/${accent.slice(1)}/${basename(file)}` : `/${file}`;
          return `<link rel="stylesheet" href="${href}">`;
        }),
        ...imports.map((c) => `<link rel="modulepreload" href="/${c.file}">`),
        `<script type="module" src="/${chunk.file}"></script>`,
      ].join('\n');
    },
    sheet(name) {
      const known = Object.values(manifest).some((chunk) => chunk.css?.some((file) => basename(file) === name));
      return known ? readFileSync(join(dist, 'assets', name), 'utf8') : null;
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

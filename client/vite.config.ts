import { existsSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { InlineConfig } from 'vite';
import { DIST, ROOT } from './paths.ts';

/** The browser's entries: plain scripts without an HTML file, the server writes the pages around them. */
const ENTRIES = ['viewer/entry-client.ts', 'console/main.ts'];

/** The browser files, hashed, with their manifest (`dist/manifest.json`, keys relative to `client/`). */
export function browserConfig(): InlineConfig {
  return {
    ...common(),
    base: '/assets/',
    build: {
      outDir: DIST,
      assetsDir: 'assets',
      emptyOutDir: false,
      manifest: 'manifest.json',
      modulePreload: false,
      target: 'es2022',
      reportCompressedSize: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: ENTRIES.filter((entry) => existsSync(ROOT + entry)).map((entry) => ROOT + entry),
        output: { entryFileNames: 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]' },
      },
    },
  };
}

/** The server's half of the client's page: `dist/ssr/entry-server.js`, everything bundled in, nothing minified. */
export function serverConfig(): InlineConfig {
  return {
    ...common(),
    build: {
      ssr: `${ROOT}viewer/entry-server.ts`,
      outDir: `${DIST}/ssr`,
      emptyOutDir: true,
      minify: false,
      target: 'node24',
      reportCompressedSize: false,
      rolldownOptions: { output: { entryFileNames: 'entry-server.js' } },
    },
    ssr: { noExternal: true },
  };
}

function common(): InlineConfig {
  return {
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  };
}

export default browserConfig();

import { existsSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { InlineConfig, Plugin } from 'vite';
import { DIST, ROOT } from './paths.ts';

/** The browser's entries: plain scripts without an HTML file, the server writes the pages around them. */
export const ENTRIES = ['viewer/entry-client.ts', 'console/main.ts'].filter((entry) => existsSync(ROOT + entry));

/**
 * The browser files of one entry, hashed, with their manifest (keys relative to `client/`). Each entry is built by itself: chunks
 * shared with the console would bring its weight into the client's page.
 */
export function browserConfig(entry: string): InlineConfig {
  return {
    ...common(withoutUnused(), ...(entry.startsWith('viewer/') ? [withoutConsoleWords()] : [])),
    base: '/',
    build: {
      outDir: DIST,
      assetsDir: 'assets',
      emptyOutDir: false,
      manifest: true,
      modulePreload: false,
      target: 'es2022',
      reportCompressedSize: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        // Importing these does nothing by itself; what is not used of them is left out.
        treeshake: { moduleSideEffects: (id: string) => !/node_modules\/(big\.js|svelte|(engine|socket)\.io-[a-z]+)\//.test(id) },
        input: ROOT + entry,
        output: {
          entryFileNames: 'assets/[name]-[hash].js',
          chunkFileNames: 'assets/[name]-[hash].js',
          assetFileNames: 'assets/[name]-[hash][extname]',
        },
      },
    },
  };
}

/** What is in the libraries for others, and would be a kilobyte each that nobody ever runs here. */
const UNUSED: readonly [RegExp, string][] = [
  // Our connection uses WebSocket and long polling; this is engine.io's third transport.
  [/engine\.io-client\/build\/esm\/transports\/webtransport\.js$/, 'export const WT = undefined;'],
  // Vite's helper fetches the style sheets of a chunk before the chunk: ours have none.
  [/vite\/preload-helper\.js$/, 'export const __vitePreload = (load) => load();'],
];

function withoutUnused(): Plugin {
  return {
    name: 'without-unused',
    enforce: 'pre',
    load: (id) => UNUSED.find(([module]) => module.test(id))?.[1] ?? null,
  };
}

/** The words of the console stay out of the client's page: a third of each catalogue, and nothing there speaks them. */
function withoutConsoleWords(): Plugin {
  return {
    name: 'without-console-words',
    enforce: 'post',
    transform(code, id) {
      if (!/shared\/i18n\/[a-z]{2}\.ts$/.test(id)) return null;
      const { body } = this.parse(code);
      for (const node of body) {
        const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
        const init = declaration?.type === 'VariableDeclaration' ? declaration.declarations[0]?.init : null;
        const found =
          init?.type === 'ObjectExpression' &&
          init.properties.find((p) => p.type === 'Property' && p.key.type === 'Identifier' && p.key.name === 'console');
        if (found) return { code: `${code.slice(0, found.start)}console: {}${code.slice(found.end)}`, map: null };
      }
      throw new Error(`no console words in ${id}`);
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

function common(...more: Plugin[]): InlineConfig {
  return {
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [...more, svelte({ configFile: false, compilerOptions: { runes: true } })],
  };
}

/** For the tools that look for a configuration here, such as svelte-check. */
export default common();

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
  const isPage = entry.startsWith('viewer/');
  return {
    ...common(withoutUnused(), withoutWords(isPage ? UNSPOKEN.page : UNSPOKEN.console)),
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
          // What the client's page needs at once is one file: it compresses better than six, and no later part pulls a piece out of it.
          ...(isPage && { codeSplitting: { groups: [{ name: 'entry', test: (id: string) => id === ROOT + entry }] } }),
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

/**
 * Words nobody speaks there stay out of what a browser loads: only the server writes mails and receipts, and the client's page knows no console. By
 * catalogue: '' is the whole, the others are its parts in folders of their own.
 */
const UNSPOKEN: { readonly [Where in 'page' | 'console']: Readonly<Record<string, readonly string[]>> } = {
  page: {
    '': ['mail', 'console'],
    chain: ['act', 'extend', 'withdraw', 'reopen', 'follow', 'depositForm'],
    paying: ['owner', 'feed', 'settings'],
    payment: ['receipt'],
  },
  console: { '': ['mail'], payment: ['receipt'] },
};

function withoutWords(unspoken: Readonly<Record<string, readonly string[]>>): Plugin {
  return {
    name: 'without-words',
    enforce: 'post',
    transform(code, id) {
      const part = /shared\/i18n\/(?:([a-z]+)\/)?[a-z]{2}\.ts$/.exec(id);
      const sections = part && unspoken[part[1] ?? ''];
      if (!sections) return null;
      const found = this.parse(code).body.flatMap((node) => {
        const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
        const init = declaration?.type === 'VariableDeclaration' ? declaration.declarations[0]?.init : null;
        if (init?.type !== 'ObjectExpression') return [];
        return init.properties.flatMap((p) =>
          p.type === 'Property' && p.key.type === 'Identifier' && sections.includes(p.key.name)
            ? [{ name: p.key.name, start: p.start, end: p.end }]
            : [],
        );
      });
      if (found.length !== sections.length) throw new Error(`not the sections ${sections.join(', ')} in ${id}`);
      const without = found.reduceRight((all, { name, start, end }) => `${all.slice(0, start)}${name}: {}${all.slice(end)}`, code);
      return { code: without, map: null };
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

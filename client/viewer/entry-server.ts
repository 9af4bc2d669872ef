import { render as renderComponent } from 'svelte/server';
import { loadCatalogue } from '../../shared/i18n/index.ts';
import { LANGUAGES, type Language } from '../../shared/document.ts';
import type { PageProps, ViewerRenderer } from '../../shared/page.ts';
import { prepareLinks } from '../parts/links.ts';
import Decision from './Decision.svelte';
import Gone from './Gone.svelte';
import { makePage } from './make.ts';
import Money from './Money.svelte';
import { haveMoney } from './money.svelte.ts';
import Paper from './Paper.svelte';
import type { Catalogues } from './page-state.ts';
import Talk from './Talk.svelte';
import Tools from './Tools.svelte';
import Viewer from './Viewer.svelte';

// All languages and the tokenizer are here before the first page is asked for, so that rendering need not wait for anything.
const catalogues: Catalogues = Object.fromEntries(
  await Promise.all(LANGUAGES.map(async (language) => [language, await loadCatalogue(language)])),
);
await prepareLinks(['https://']);
haveMoney(Money);

/** The client's page as HTML: `head` has the title only, `body` goes into the element the browser's half takes over (`#app`). */
export function render(props: PageProps): { head: string; body: string } {
  const words = catalogues[props.language]!;
  const page = makePage(props, words, words);
  const { deal, links } = page;
  const { head, body } = renderComponent(Viewer, { props: { ...page, Decision } });
  const paper = renderComponent(Paper, { props: { props, deal, links, catalogues, fresh: false } }).body;
  const talk = renderComponent(Talk, {
    props: { deal, canWrite: props.reader.mode !== 'preview', form: props.form, links },
    idPrefix: 'talk',
  }).body;
  const tools = renderComponent(Tools, { props: { words: deal.words, language: deal.language, links } }).body;
  return { head, body: fill(fill(fill(body, 'tools', tools), 'paper', paper), 'talk', talk) };
}

/** The friendly page for a link that opens nothing: unknown, revoked and expired look the same. */
export function renderGone(language: Language): { head: string; body: string } {
  const { head, body } = renderComponent(Gone, { props: { words: catalogues[language]! } });
  return { head, body };
}

/** Puts HTML into the empty element with this id. The browser's half leaves what is in there alone. */
function fill(html: string, id: string, content: string): string {
  const start = html.indexOf('>', html.indexOf(` id="${id}"`)) + 1;
  if (start === 0 || !html.startsWith('</', start)) throw new Error(`no empty element #${id} in the page`);
  return html.slice(0, start) + content + html.slice(start);
}

({ render, renderGone }) satisfies ViewerRenderer;

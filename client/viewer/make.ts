import type { Catalogue } from '../../shared/i18n/index.ts';
import type { PageProps } from '../../shared/page.ts';
import { createDealState, type DealState } from '../parts/deal.svelte.ts';
import { pageLinks, type PageLinks } from './links.ts';

/** The state and the links of a page, the same on the server and in the browser. `words` is the reader's catalogue. */
export function makePage(props: PageProps, words: Catalogue): { props: PageProps; deal: DealState; links: PageLinks } {
  const { view, document, reader, language, today } = props;
  const deal = createDealState({ view, document, person: reader.person, name: reader.name, words, language, today });
  // What was typed into the plain form before it was refused.
  if (props.form.values.text !== '') deal.draft = props.form.values.text;
  return { props, deal, links: pageLinks(props) };
}

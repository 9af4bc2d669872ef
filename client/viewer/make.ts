import type { Catalogue, FrameWords } from '../../shared/i18n/index.ts';
import type { PageProps } from '../../shared/page.ts';
import { createDealState, type DealState } from '../parts/deal.svelte.ts';
import { laterFor, type Later } from './later.ts';
import { pageLinks, type PageLinks } from './links.ts';

interface Made {
  props: PageProps;
  deal: DealState;
  links: PageLinks;
  words: FrameWords;
  later: Later;
}

/** The state and the links of a page, the same on the server and in the browser; there `all` the words come later. */
export function makePage(props: PageProps, words: FrameWords, all: Catalogue | null): Made {
  const { view, document, reader, language, today } = props;
  const links = pageLinks(props);
  const { person, name } = reader;
  const deal = createDealState({ view, document, person, name, words: all, language, today, filesAt: links.filesAt });
  // What was typed into the plain form before it was refused.
  if (props.form.values.text !== '') deal.draft = props.form.values.text;
  return { props, deal, links, words, later: laterFor(deal) };
}

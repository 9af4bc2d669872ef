import { dayIn } from '../../shared/document.ts';
import type { PageProps } from '../../shared/page.ts';
import type { Live } from '../live/connection.ts';
import { watchPresence } from '../live/presence.ts';
import type { DealState } from '../parts/deal.svelte.ts';
import { rememberedName, visitOf } from './memory.ts';

/** Below this the conversation has no room beside the sheet; the style sheet says the same. */
const NARROW = '(width < 64rem)';
const MINUTE = 60_000;

interface Page {
  props: PageProps;
  deal: DealState;
  live: Live;
  scope: string;
  onNarrow: (narrow: boolean) => void;
  onHidden: (hidden: boolean) => void;
}

/** Keeps the opened page going: the connection, whether someone is in front of it, its width, the day. Returns what ends it all. */
export function keepPage({ props, deal, live, scope, onNarrow, onHidden }: Page): () => void {
  // The server's clock counts, not this machine's; it says when it sent the page (Last-Modified). The day goes on while the page stays open.
  const [sent, started] = [Date.parse(document.lastModified), performance.now()];
  const clock = setInterval(() => {
    deal.today = dayIn(props.view.company.timeZone, new Date(sent + performance.now() - started));
  }, MINUTE);
  const query = window.matchMedia(NARROW);
  const measure = () => onNarrow(query.matches);
  const look = () => onHidden(document.visibilityState === 'hidden');
  const print = document.getElementById('print');
  const toPrinter = () => window.print();
  // Whoever came for the conversation still has it in front of them in the other language.
  const toLanguage = ({ target }: Event) => {
    const link = target instanceof Element && target.closest<HTMLAnchorElement>('a.language');
    if (link) link.hash = location.hash;
  };
  const tools = document.getElementById('tools');
  tools?.addEventListener('click', toLanguage);
  print?.addEventListener('click', toPrinter);
  query.addEventListener('change', measure);
  document.addEventListener('visibilitychange', look);
  measure();
  look();

  deal.name ??= rememberedName(deal.view.deal);
  const disconnect = deal.connect(live, scope);
  const counted = props.reader.mode === 'client';
  const presence = watchPresence({
    onHere: (here) => deal.setHere(here),
    ...(counted
      ? { onViewed: (visit) => void live.send('recordView', { document: deal.document, visit: visitOf(deal.document, visit) }) }
      : {}),
  });
  return () => {
    clearInterval(clock);
    tools?.removeEventListener('click', toLanguage);
    print?.removeEventListener('click', toPrinter);
    query.removeEventListener('change', measure);
    document.removeEventListener('visibilitychange', look);
    presence.stop();
    disconnect();
    live.close();
  };
}

import { hydrate } from 'svelte';
import { loadFrameWords } from '../../shared/i18n/index.ts';
import type { PageProps } from '../../shared/page.ts';
import { PROTOCOL } from '../../shared/protocol.ts';
import { createLive } from '../live/connection.ts';
import '../styles/viewer.css';
import { makePage } from './make.ts';
import Viewer from './Viewer.svelte';

/** The browser's half: takes over the frame the server made, from the same props, and goes live. */
async function start(props: PageProps, target: Element): Promise<void> {
  const page = makePage(props, await loadFrameWords(props.language), null);
  // A plain form that is open or came back refused was drawn with more than the frame.
  const Decision = props.form.step === null && props.form.refusal === null ? null : await page.later.decision();
  hydrate(Viewer, { target, props: { ...page, Decision, connect: () => connect(props) } });
}

function connect({ base, view, reader }: PageProps) {
  const scope = `link:${view.deal}:${reader.mode}`;
  const link = base.slice(base.lastIndexOf('/') + 1);
  return { live: createLive({ scope, auth: { protocol: PROTOCOL, link, asClient: reader.mode === 'as_client' } }), scope };
}

const data = document.getElementById('page')?.textContent;
const target = document.getElementById('app');
// The page for a link that opens nothing has no data block: there is nothing to take over.
if (data && target) void start(JSON.parse(data) as PageProps, target);

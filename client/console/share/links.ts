import type { LinkAddresses } from '../../../shared/console.ts';
import { refusalOf, read } from '../api.ts';
import { announce } from '../announce.svelte.ts';
import { session } from '../session.svelte.ts';
import { speech } from '../words.svelte.ts';

/** The addresses of a document's active links, by link id. Throws a Refusal. */
export async function addressesOf(document: string): Promise<ReadonlyMap<string, string>> {
  const { links } = await read<LinkAddresses>(`/console/documents/${document}/links`);
  return new Map(links.map((link) => [link.id, link.url]));
}

/** An address to hand out: of the newest active link, else of a new one for whoever holds it. null, and said aloud, where refused. */
export async function addressToCopy(document: string): Promise<string | null> {
  try {
    const known = [...(await addressesOf(document)).values()].at(-1);
    if (known !== undefined) return known;
    const answer = await session.send('createLink', { document, contact: null, label: null });
    if (answer.ok) return [...(await addressesOf(document)).values()].at(-1) ?? null;
    announce(speech.words.refusals[answer.refusal.code]);
  } catch (thrown) {
    announce(speech.words.refusals[refusalOf(thrown).code]);
  }
  return null;
}

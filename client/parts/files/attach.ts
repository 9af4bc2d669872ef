import type { FileView } from '../../../shared/view.ts';
import type { DealState } from '../deal.svelte.ts';
import type { Attaching as AttachingType } from './attaching.svelte.ts';
import type { Upload } from './upload.ts';

/** Milliseconds; the code for uploads may be out of reach for a while. */
const RETRY_AFTER = 3_000;

/** Adds files to the message being written under the shown document. The code that sends them is fetched with the first. */
export async function attach(deal: DealState, files: readonly File[]): Promise<void> {
  const { document } = deal;
  const base = deal.filesAt?.(document);
  if (base === undefined || files.length === 0) return;
  const { Attaching } = await load();
  const one = deal.attachings[document] ?? new Attaching(deal, document, base);
  if (!(document in deal.attachings)) deal.attachings = { ...deal.attachings, [document]: one };
  one.add(files);
}

async function load(): Promise<{ Attaching: typeof AttachingType }> {
  for (;;) {
    try {
      return await import('./attaching.svelte.ts');
    } catch {
      // What was chosen is not to be chosen again.
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
    }
  }
}

/** Everything that goes with the message being written, for a list: what has arrived, also before a reload, and what is on its way. */
export function chosenFiles(deal: DealState): Upload[] {
  const arrived = deal.draftFiles.map(arrivedUpload);
  return deal.attachings[deal.document]?.rows(arrived) ?? arrived;
}

/** Takes one of them away again. */
export function unattach(deal: DealState, id: string): void {
  deal.attachings[deal.document]?.uploads.remove(id);
  if (deal.draftFiles.some((file) => file.id === id))
    deal.keepFiles(
      deal.document,
      deal.draftFiles.filter((file) => file.id !== id),
    );
}

function arrivedUpload(file: FileView): Upload {
  const { id, name, bytes, mediaType } = file;
  return { id, name, bytes, mediaType, state: 'done', progress: 1, fault: null, file };
}

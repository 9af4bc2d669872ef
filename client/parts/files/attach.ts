import type { FileView } from '../../../shared/view.ts';
import type { DealState } from '../deal.svelte.ts';
import { Attaching } from './attaching.svelte.ts';
import type { Upload } from './upload.ts';

/** Adds files to the message being written under the shown document. At once: a message sent a moment later goes with them. */
export function attach(deal: DealState, files: readonly File[]): void {
  const { document } = deal;
  const base = deal.filesAt?.(document);
  if (base === undefined || files.length === 0) return;
  if (!(document in deal.attachings)) deal.attachTo(document, new Attaching(deal, document, base));
  deal.attachings[document]?.add(files);
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

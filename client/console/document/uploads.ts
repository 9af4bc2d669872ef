import { DOCUMENT_FILES_COUNT } from '../../../shared/files.ts';
import type { DocumentView } from '../../../shared/view.ts';
import { uploadAddress } from '../../parts/files/address.ts';
import { Uploads } from '../../parts/files/uploads.svelte.ts';

/** What is on its way to each document. It goes on while another screen is shown, and is there again when one comes back. */
const running = new Map<string, Uploads>();

/** @param base the deal's `filesAt` of the document */
export function uploadsTo(document: DocumentView, base: string): Uploads {
  const known = running.get(document.id);
  if (known) return known;
  const made: Uploads = new Uploads({
    url: uploadAddress(base, 'document'),
    atOnce: 1,
    room: () => DOCUMENT_FILES_COUNT - made.list.length - made.beside,
  });
  running.set(document.id, made);
  return made;
}

/** What an attached file may be, and how much there may be of it. Both sides state these before an upload. */

/** Bytes of one file. */
export const FILE_MAX = 25 * 1024 * 1024;
/** Bytes, and number, of all files on one document, those of its messages included. */
export const DOCUMENT_FILES_MAX = 100 * 1024 * 1024;
export const DOCUMENT_FILES_COUNT = 50;
/** Bytes of all files of a company. */
export const COMPANY_FILES_MAX = 10 * 1024 * 1024 * 1024;
/** Files that go with one message. */
export const MESSAGE_FILES_COUNT = 10;
/** Characters of a file's name. */
export const FILE_NAME_MAX = 200;

/** What a browser shows without running anything in it, so that it may be looked at in place. Everything else is a download. */
const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

export function isPicture(mediaType: string): boolean {
  return PICTURES.has(mediaType);
}

/** Whether a file may be looked at in place: pictures and PDFs. */
export function isViewable(mediaType: string): boolean {
  return mediaType === 'application/pdf' || isPicture(mediaType);
}

import { FILE_MAX } from '../../../shared/files.ts';
import type { Language } from '../../../shared/document.ts';
import type { Catalogue } from '../../../shared/i18n/index.ts';
import { triesByItself } from './faults.ts';
import { sizeOf } from './kinds.ts';
import type { Left, Upload } from './upload.ts';

/** Why it has not arrived (yet), in words; null while all is well. */
export function faultOf(upload: Upload, words: Catalogue): string | null {
  const { fault } = upload;
  if (fault === null) return null;
  if (fault === 'network') return words.files.waits;
  return fault === 'unreadable' ? words.files.unreadable : words.refusals[fault];
}

/** What was not begun, and why. `most` is how many files there may be. */
export function leftSentences(left: Left, most: number, words: Catalogue, language: Language): string[] {
  const sentences = [];
  if (left.tooLarge.length > 0) sentences.push(words.files.tooLarge(left.tooLarge.join(', '), sizeOf(FILE_MAX, language)));
  if (left.tooMany > 0) sentences.push(words.files.tooMany(left.tooMany, most));
  return sentences;
}

/** How the last upload ended, for whoever only listens. */
export function endOf(upload: Upload | null, words: Catalogue): string {
  if (upload?.state === 'done') return words.files.done(upload.name);
  return upload?.state === 'failed' && !triesByItself(upload) ? words.files.failed(upload.name) : '';
}

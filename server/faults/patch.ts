import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

/** One place of the product, and what stands there in a build that is broken on purpose. */
export interface Patch {
  /** From the root of the project. */
  file: string;
  find: string;
  put: string;
}

const ROOT = join(import.meta.dirname, '../..');

/** The address of the module a patch is for. */
export function patchOf({ file }: Patch): string {
  return pathToFileURL(join(ROOT, file)).href;
}

/** The text with the patch in it. Throws unless its place is there exactly once. */
export function patched(text: string, { file, find, put }: Patch): string {
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Error(`the place of a planted fault is in ${file} ${times} times, not once: ${find}`);
  return text.replace(find, () => put);
}

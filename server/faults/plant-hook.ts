import { registerHooks } from 'node:module';
import { PLANTS } from './planted.ts';
import { patched, patchOf } from './patch.ts';

/**
 * Loaded before a server of the rig that is to have a fault: changes the text of the product's modules while they are loaded, and nothing on the
 * disk. A place that is not there any more ends the program: a fault that was not planted must not look like one that was not found.
 */
const wanted = (process.env['WD_PLANT'] ?? '').split(',').filter((name) => name !== '');
const patches = wanted.flatMap((name) => {
  const found = PLANTS[name];
  if (found === undefined) throw new Error(`there is no planted fault "${name}"`);
  return found;
});

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const mine = patches.filter((patch) => url === patchOf(patch));
    if (mine.length === 0) return loaded;
    return { ...loaded, source: mine.reduce(patched, textOf(loaded.source)) };
  },
});

function textOf(source: unknown): string {
  return typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
}

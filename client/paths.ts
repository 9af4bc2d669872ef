import { fileURLToPath } from 'node:url';

/** The folder `client/`, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('.', import.meta.url));
/** Where the build goes. */
export const DIST = `${ROOT}dist`;

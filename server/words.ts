import type { Language } from '../shared/document.ts';
import { en } from '../shared/i18n/en.ts';
import { fr, type Catalogue } from '../shared/i18n/fr.ts';

/** All catalogues, on the server loaded at once. */
export const WORDS: { readonly [L in Language]: Catalogue } = { fr, en };

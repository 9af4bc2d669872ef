import { LANGUAGES, type Language } from '../../shared/document.ts';
import { loadCatalogue, type Catalogue } from '../../shared/i18n/index.ts';

const KEY = 'console.language';

/** The language of the console and its words. One instance, `speech`. */
class Speech {
  language = $state<Language>('fr');
  #catalogue = $state.raw<Catalogue | null>(null);

  /** The words of the language chosen; asked for only once `use` has loaded it. */
  get words(): Catalogue {
    if (this.#catalogue === null) throw new Error('no language is loaded yet');
    return this.#catalogue;
  }

  /** Whether somebody chose a language in this browser. */
  get chosen(): boolean {
    return stored() !== null;
  }

  /** Loads the first language: chosen here, else the browser's. */
  start(): Promise<void> {
    const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
    const browser = wanted.flatMap((tag) => LANGUAGES.filter((language) => language === tag))[0];
    return this.use(stored() ?? browser ?? 'fr');
  }

  /** Shows the console in this language. */
  async use(language: Language): Promise<void> {
    this.#catalogue = await loadCatalogue(language);
    this.language = language;
    document.documentElement.lang = language;
  }

  /** The same, and remembers it in this browser. */
  async choose(language: Language): Promise<void> {
    await this.use(language);
    try {
      localStorage.setItem(KEY, language);
    } catch {
      // A browser that keeps nothing still shows the language for this visit.
    }
  }
}

function stored(): Language | null {
  try {
    const value = localStorage.getItem(KEY);
    return LANGUAGES.find((language) => language === value) ?? null;
  } catch {
    return null;
  }
}

export const speech = new Speech();

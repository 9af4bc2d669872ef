import { browserStorage } from '../live/browser.ts';

/** The name someone gave on this deal in this browser, so that it is asked for once. Nothing here throws. */
export function rememberedName(scope: string): string | null {
  try {
    return browserStorage()?.getItem(`wd:name:${scope}`) ?? null;
  } catch {
    return null;
  }
}

const VISIT_MS = 30 * 60_000;

/** The visit this tab is on: loading the page again within half an hour is the same one. `fresh` is the id of a new one. */
export function visitOf(document: string, fresh: string): string {
  const key = `wd:visit:${document}`;
  try {
    const [id, at] = sessionStorage.getItem(key)?.split(' ') ?? [];
    const visit = id && Date.now() - Number(at) < VISIT_MS ? id : fresh;
    sessionStorage.setItem(key, `${visit} ${Date.now()}`);
    return visit;
  } catch {
    return fresh;
  }
}

/** Keeps it; a browser that keeps nothing asks again. */
export function rememberName(scope: string, name: string): void {
  try {
    browserStorage()?.setItem(`wd:name:${scope}`, name);
  } catch {
    // It is asked for again next time.
  }
}

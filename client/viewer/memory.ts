import { browserStorage } from '../live/browser.ts';

/** The name someone gave on this deal in this browser, so that it is asked for once. Nothing here throws. */
export function rememberedName(scope: string): string | null {
  try {
    return browserStorage()?.getItem(`wd:name:${scope}`) ?? null;
  } catch {
    return null;
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

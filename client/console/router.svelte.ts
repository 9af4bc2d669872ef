import { tick } from 'svelte';
import { routeOf, type Route } from './route.ts';

/** The address as state, over the History API. One instance, `router`. */
class Router {
  path = $state(location.pathname);
  query = $state.raw(new URLSearchParams(location.search));
  /** What stands after the path and the query, with its `#`; '' where nothing does. */
  hash = $state(location.hash);
  /** Counts every address that was gone to, the same one again included. */
  visits = $state(0);
  /** Counts screens changed by a person; 0 while the first one is shown, so that its heading takes no focus. */
  moves = $state(0);
  readonly route: Route = $derived(routeOf(this.path));

  /** Starts listening to links and to back and forward; returns how to stop. */
  listen(): () => void {
    history.scrollRestoration = 'manual';
    const back = () => void this.#show(positionOf(history.state));
    const click = (event: MouseEvent) => this.#click(event);
    addEventListener('popstate', back);
    document.addEventListener('click', click);
    return () => {
      removeEventListener('popstate', back);
      document.removeEventListener('click', click);
    };
  }

  /** Goes to an address of the console. `replace` keeps the old one out of the history. */
  go(address: string, options: { replace?: boolean } = {}): void {
    history.replaceState({ y: scrollY }, '');
    history[options.replace ? 'replaceState' : 'pushState']({ y: 0 }, '', address);
    void this.#show(0);
  }

  /** Changes the query of the screen that is shown: no new screen, no focus moved, nothing in the history. */
  setQuery(values: Record<string, string>): void {
    const query = new URLSearchParams(this.query);
    for (const [key, value] of Object.entries(values)) {
      if (value === '') query.delete(key);
      else query.set(key, value);
    }
    const text = query.toString();
    history.replaceState(history.state, '', text === '' ? this.path : `${this.path}?${text}`);
    this.query = query;
    this.hash = '';
  }

  async #show(y: number): Promise<void> {
    const samePath = this.path === location.pathname;
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
    this.hash = location.hash;
    this.visits += 1;
    if (!samePath) this.moves += 1;
    await tick();
    scrollTo(0, y);
  }

  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.hash !== '' && link.pathname === location.pathname) return;
    if (routeOf(link.pathname).screen === 'missing') return;
    event.preventDefault();
    this.go(link.pathname + link.search + link.hash);
  }
}

function positionOf(state: unknown): number {
  return typeof state === 'object' && state !== null && 'y' in state && typeof state.y === 'number' ? state.y : 0;
}

export const router = new Router();

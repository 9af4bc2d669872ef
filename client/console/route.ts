/** The screens of the console, each behind its own address. */
export type Route =
  | { screen: 'feed' }
  | { screen: 'documents' }
  | { screen: 'document'; id: string }
  | { screen: 'settings' }
  | { screen: 'login' }
  | { screen: 'setup' }
  | { screen: 'missing' };

const PLAIN: Readonly<Record<string, Route>> = {
  '/': { screen: 'feed' },
  '/documents': { screen: 'documents' },
  '/settings': { screen: 'settings' },
  '/login': { screen: 'login' },
  '/setup': { screen: 'setup' },
};

/** The screen of a path; `missing` where there is none. A trailing slash changes nothing. */
export function routeOf(path: string): Route {
  const clean = path.length > 1 ? path.replace(/\/+$/, '') : path;
  const plain = Object.hasOwn(PLAIN, clean) ? PLAIN[clean] : undefined;
  if (plain) return plain;
  const id = /^\/documents\/([\w-]+)$/.exec(clean)?.[1];
  return id === undefined ? { screen: 'missing' } : { screen: 'document', id };
}

/** Where to go after signing in: only a path of this console, never another host. */
export function returnPath(query: URLSearchParams): string {
  const path = query.get('from') ?? '/';
  const known = path.startsWith('/') && !path.startsWith('//') && !path.includes('\\');
  const { screen } = known ? routeOf(path.split(/[?#]/)[0] ?? '/') : { screen: 'missing' };
  return screen === 'missing' || screen === 'login' || screen === 'setup' ? '/' : path;
}

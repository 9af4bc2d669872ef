/** The screens of the console, each behind its own address. */
export type Route =
  | { screen: 'feed' }
  | { screen: 'documents' }
  | { screen: 'new' }
  | { screen: 'document'; id: string }
  /** The next revision of an issued quote, as it is written. */
  | { screen: 'edit'; id: string }
  | { screen: 'clients' }
  | { screen: 'client'; id: string | null }
  | { screen: 'settings' }
  | { screen: 'company' }
  | { screen: 'users' }
  | { screen: 'webhooks' }
  | { screen: 'online' }
  | { screen: 'join'; token: string }
  | { screen: 'login' }
  | { screen: 'setup' }
  | { screen: 'missing' };

const PLAIN: Readonly<Record<string, Route>> = {
  '/': { screen: 'feed' },
  '/documents': { screen: 'documents' },
  '/documents/new': { screen: 'new' },
  '/clients': { screen: 'clients' },
  '/clients/new': { screen: 'client', id: null },
  '/settings': { screen: 'settings' },
  '/settings/company': { screen: 'company' },
  '/settings/users': { screen: 'users' },
  '/settings/webhooks': { screen: 'webhooks' },
  '/settings/payments': { screen: 'online' },
  '/login': { screen: 'login' },
  '/setup': { screen: 'setup' },
};

/** The screen of a path; `missing` where there is none. A trailing slash changes nothing. */
export function routeOf(path: string): Route {
  const clean = path.length > 1 ? path.replace(/\/+$/, '') : path;
  const plain = Object.hasOwn(PLAIN, clean) ? PLAIN[clean] : undefined;
  if (plain) return plain;
  const token = /^\/join\/([\w-]+)$/.exec(clean)?.[1];
  if (token !== undefined) return { screen: 'join', token };
  const client = /^\/clients\/([\w-]+)$/.exec(clean)?.[1];
  if (client !== undefined) return { screen: 'client', id: client };
  const [, id, edit] = /^\/documents\/([\w-]+)(\/edit)?$/.exec(clean) ?? [];
  if (id === undefined) return { screen: 'missing' };
  return { screen: edit === undefined ? 'document' : 'edit', id };
}

/** Where to go after signing in: only a path of this console, never another host. */
export function returnPath(query: URLSearchParams): string {
  const path = query.get('from') ?? '/';
  const known = path.startsWith('/') && !path.startsWith('//') && !path.includes('\\');
  const { screen } = known ? routeOf(path.split(/[?#]/)[0] ?? '/') : { screen: 'missing' };
  return screen === 'missing' || screen === 'login' || screen === 'setup' || screen === 'join' ? '/' : path;
}

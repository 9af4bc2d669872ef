import { fileURLToPath } from 'node:url';
import type Router from '@koa/router';
import { loadAssets } from '../doors/assets.ts';
import { createHttp, type HttpParts } from '../doors/http.ts';
import type { TestApp } from './harness.ts';

/** What the program offers to the outside, found in the program itself: a new route cannot be forgotten. */

export interface Route {
  method: string;
  path: string;
}

/** Every route of every router, from the routers' own stacks. */
export function routes(): Route[] {
  const parts = {
    assets: loadAssets(fileURLToPath(new URL('../../client/dist/', import.meta.url))),
    publicUrl: () => 'http://localhost',
  } as HttpParts;
  const routers = createHttp(parts).middleware.flatMap((one) => (one as { router?: Router }).router ?? []);
  const found = routers.flatMap((router) =>
    router.stack.flatMap((layer) =>
      layer.methods.filter((method) => method !== 'HEAD').map((method) => ({ method, path: String(layer.path) })),
    ),
  );
  if (found.length < 30) throw new Error(`only ${found.length} routes were found`);
  return found;
}

/** Open to everyone, because they say nothing about anybody. */
export const OPEN_TO_ALL: ReadonlySet<string> = new Set([
  'GET /healthz',
  'GET /readyz',
  'GET /favicon.svg',
  'GET /robots.txt',
  'GET /theme/:accent.css',
  'GET /theme/:accent/:sheet',
  'GET /manifest.webmanifest',
  'GET /icons/:icon.png',
  'GET /logos/:sha.png',
  'GET /sw.js',
  'GET /api/v1/openapi.json',
  'GET /api/v1/docs',
  'GET /api/v1/docs.css',
]);

/** A digest of each table's rows, and of the first company's own. When a session was last seen is not compared. */
export async function contents(app: TestApp): Promise<Record<string, string>> {
  const em = app.em();
  const tables = await em.execute<{ name: string }[]>(
    "select tablename as name from pg_tables where schemaname = 'public' order by tablename",
  );
  const all: Record<string, string> = {};
  const digest = async (name: string, from: string) => {
    const [row] = await em.execute<{ n: string; digest: string | null }[]>(
      `select count(*) as n, md5(string_agg(t.text, '' order by t.text)) as digest from (${from}) t`,
    );
    all[name] = `${row?.n} ${row?.digest ?? ''}`;
  };
  for (const { name } of tables) {
    await digest(
      name,
      name === 'sessions'
        ? `select (to_jsonb(s) - 'last_seen_at')::text as text from sessions s`
        : `select to_jsonb(s)::text as text from "${name}" s`,
    );
  }
  await digest('events of the victim', `select to_jsonb(s)::text as text from events s where company_id = '${app.company}'`);
  await digest('keys of the victim', `select to_jsonb(s)::text as text from api_keys s where company_id = '${app.company}'`);
  await digest(
    'sessions of the victim',
    `select (to_jsonb(s) - 'last_seen_at')::text as text from sessions s join users u on u.id = s.user_id where u.company_id = '${app.company}'`,
  );
  await digest(
    'commands of the victim',
    `select to_jsonb(s)::text as text from command_records s
     where not exists (select 1 from api_keys k where s.actor = 'key:' || k.id and k.company_id <> '${app.company}')
       and not exists (select 1 from users u where s.actor = 'user:' || u.id and u.company_id <> '${app.company}')`,
  );
  await digest('company of the victim', `select to_jsonb(s)::text as text from companies s where id = '${app.company}'`);
  return all;
}

/** The same where a stranger has a company too: what is the stranger's own may move (a key was used, a session ended, a command done). */
export function ofTheVictim(all: Record<string, string>): Record<string, string> {
  const own = (name: string) => all[`${name} of the victim`] ?? '';
  const mine = { sessions: own('sessions'), events: own('events'), companies: own('company'), api_keys: own('keys') };
  return { ...all, ...mine, command_records: own('commands') };
}

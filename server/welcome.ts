import { KINDS } from '../shared/document.ts';
import type { App } from './app.ts';
import { CompanySchema, UserSchema } from './entities/index.ts';
import { DEMO } from './demo/company.ts';
import { WORDS } from './words.ts';

/** What the terminal says once the program listens: where to sign in, and one client link per kind. */
export async function welcome(app: App, place: string, inbox: string | null): Promise<string> {
  const em = app.em();
  const empty = (await em.count(CompanySchema)) === 0;
  const demo = await em.findOne(UserSchema, { email: DEMO.user.email });
  const rows: [string, string][] = [empty ? ['Create your company', `${app.url}/setup`] : ['Owner', `${app.url}/login`]];
  if (demo !== null) {
    rows.push(['  sign in as', `${DEMO.user.email}  ·  ${DEMO.user.password}`]);
    rows.push(...(await clientLinks(app, demo.company)));
  }
  if (inbox !== null) rows.push(['Inbox of all mails', inbox]);
  rows.push(['Data', place]);
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
  return `\n  webdocument is ready\n\n${lines.join('\n')}\n\n`;
}

/** The first open document of each kind that has an open link: in the demo, one still to be decided. */
async function clientLinks(app: App, company: string): Promise<[string, string][]> {
  const rows: [string, string][] = [];
  for (const kind of KINDS) {
    const [found] = await app.em().execute<{ id: string; status: string; number: string }[]>(
      `select l.id, d.status, d.number from links l join documents d on d.id = l.document_id
       where d.company_id = ? and d.kind = ? and l.revoked_at is null
       order by (d.status = 'issued') desc, d.created_at, l.position limit 1`,
      [company, kind],
    );
    if (found) rows.push([`Client: ${WORDS.en.kinds[kind].toLowerCase()}`, `${app.url}/d/${app.tokens.make('link', found.id)}`]);
  }
  return rows;
}

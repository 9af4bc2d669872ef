import { randomUUID } from 'node:crypto';
import { startSession } from '../accounts.ts';
import { CheckoutSchema, CompanySchema, DeliverySchema, LinkSchema, UserSchema, WebhookSchema } from '../entities/index.ts';
import { ask, issued, type Made } from './doors.ts';
import type { TestApp } from './harness.ts';

/** For the tests of access: what somebody owns, and what strangers have in their hands when they try to get at it. */
export interface Scene {
  victim: Made;
  /** An invoice of the same client, in a deal of its own, which can be paid by transfer and was in part (`ids.entry`). */
  invoice: Made;
  /** A document of another client of the same company. */
  other: Made;
  /** Ids of the victim's that a stranger may have learned. */
  ids: {
    link: string;
    key: string;
    session: string;
    file: string;
    user: string;
    client: string;
    webhook: string;
    delivery: string;
    message: string;
    entry: string;
    checkout: string;
  };
  /** A file of the victim's that waits for a message. */
  waiting: string;
  /** Another company's owner. */
  foreign: { company: string; user: string; cookie: string; key: string };
  revoked: { link: string; token: string; key: string; keyId: string; cookie: string; session: string };
}

const facts = { ip: null, userAgent: null, pdf: null };

export async function setScene(app: TestApp): Promise<Scene> {
  const client = { name: 'Victim GmbH', contacts: [{ name: 'Vera', email: 'vera@example.com', language: 'en' }] };
  const victim = await issued(app, 'quote', { client });
  const { invoice, entry } = await partPaid(app, client);
  const checkout = await openPage(app, invoice);
  const other = await issued(app, 'quote', { client: { name: 'Other Ltd', contacts: [{ name: 'Otto', language: 'en' }] } });
  await app.api('POST', `/documents/${victim.id}/messages`, { text: 'Between us' });
  const [file, waiting] = [await attached(app, victim, 'document'), await attached(app, victim, 'message')];
  const foreign = await secondCompany(app);
  const revoked = { ...(await revokedLink(app, victim)), ...(await revokedKey(app)), ...(await endedSession(app)) };
  const { links } = (await app.api('GET', `/documents/${victim.id}`)).body;
  const [key] = await app
    .em()
    .execute<{ id: string }[]>('select id from api_keys where revoked_at is null and company_id = ? limit 1', [app.company]);
  const [session] = await app
    .em()
    .execute<{ id: string }[]>('select id from sessions where ended_at is null and user_id = ? limit 1', [app.owner.user]);
  const [victimClient] = await app.em().execute<{ id: string }[]>("select id from clients where name = 'Victim GmbH'");
  const ids = {
    link: String(links[0].id),
    key: key?.id ?? '',
    session: session?.id ?? '',
    file,
    user: app.owner.user,
    client: victimClient?.id ?? '',
    entry,
    checkout,
    message: String((await app.api('GET', `/documents/${victim.id}`)).body.messages[0].id),
    ...(await restingEndpoint(app)),
  };
  return { victim, invoice, other, foreign, revoked, ids, waiting };
}

async function partPaid(app: TestApp, client: unknown): Promise<{ invoice: Made; entry: string }> {
  const payment = { iban: 'FR76 3000 6000 0112 3456 7890 189', bic: 'AGRIFRPP', reference: null, accountName: null };
  await app.em().nativeUpdate(CompanySchema, { id: app.company }, { payment });
  const invoice = await issued(app, 'invoice', { client });
  const day = new Date().toISOString().slice(0, 10);
  const input = { document: invoice.id, amount: '10.00', day, method: 'cash', reference: null, notify: false };
  const { result } = await app.execute({ name: 'recordPayment', id: randomUUID(), input, acting: app.owner, facts });
  return { invoice, entry: String(result['entry']) };
}

/** A payment page that somebody has left open. */
async function openPage(app: TestApp, { id: document, deal }: Made): Promise<string> {
  const [id, link, now] = [randomUUID(), await app.em().findOneOrFail(LinkSchema, { document }), new Date()];
  await app.em().insert(CheckoutSchema, {
    ...{ id, company: app.company, deal, document, amount: 100, currency: 'EUR', state: 'open', method: null, test: true },
    ...{ session: 'cs_test_victim', url: null, intent: null, link: link.id, browser: 'x', unmatched: false, position: 0 },
    ...{ createdAt: now, expiresAt: now, checkedAt: now },
  });
  return id;
}

/** An endpoint that is turned off, so that nothing moves by itself, with what it was told once. */
async function restingEndpoint(app: TestApp): Promise<{ webhook: string; delivery: string }> {
  const [webhook, delivery, createdAt] = [randomUUID(), randomUUID(), new Date()];
  const off = { types: null, disabledAt: createdAt, disabledFor: 'off' as const, removedAt: null };
  await app.em().insert(WebhookSchema, { id: webhook, company: app.company, url: 'https://example.com/', label: '', createdAt, ...off });
  const ended = { state: 'failed' as const, attempts: 9, lastAt: createdAt, status: 500, detail: null, nextAt: null };
  await app.em().insert(DeliverySchema, { id: delivery, webhook, seq: 1, type: 'company.created', createdAt, ...ended });
  return { webhook, delivery };
}

/** A session's cookie. */
export async function signedIn(app: TestApp, user: string): Promise<string> {
  return `wd_session=${await startSession(app.em(), user, { ip: null, userAgent: null })}`;
}

/** A key of the first company that nobody has used. */
export async function newKey(app: TestApp): Promise<{ key: string; keyId: string }> {
  const made = await app.execute({ name: 'createApiKey', id: randomUUID(), input: { label: 'more' }, acting: app.owner, facts });
  const keyId = String(made.result['key']);
  return { keyId, key: app.tokens.make('key', keyId) };
}

/** There is no door that makes a second company: straight into the tables. */
async function secondCompany(app: TestApp): Promise<Scene['foreign']> {
  const em = app.em();
  const first = await em.findOneOrFail(CompanySchema, { id: app.company });
  const company = em.create(CompanySchema, { ...first, id: randomUUID(), name: 'Second company', seq: 0 });
  const user = em.create(UserSchema, {
    id: randomUUID(),
    company: company.id,
    email: 'second@example.com',
    name: 'Sam Second',
    passwordHash: 'none',
    role: 'owner',
    language: 'en',
    mails: [],
    feedReadSeq: 0,
    createdAt: new Date(),
    removedAt: null,
  });
  em.persist([company, user]);
  await em.flush();
  const acting = { as: 'user' as const, company: company.id, user: user.id, name: user.name, session: null, key: null };
  const made = await app.execute({ name: 'createApiKey', id: randomUUID(), input: { label: 'second' }, acting, facts });
  return {
    company: company.id,
    user: user.id,
    cookie: await signedIn(app, user.id),
    key: app.tokens.make('key', String(made.result['key'])),
  };
}

async function attached(app: TestApp, victim: Made, target: string): Promise<string> {
  const query = `?for=${target}&name=${encodeURIComponent('Victim GmbH.txt')}`;
  const { body } = await app.api('POST', `/documents/${victim.id}/files${query}`, 'Between us', { 'content-type': 'text/plain' });
  return String(body.id);
}

async function revokedLink(app: TestApp, victim: Made): Promise<{ link: string; token: string }> {
  const { body } = await app.api('POST', `/documents/${victim.id}/links`, {});
  await app.api('DELETE', `/documents/${victim.id}/links/${body.id}`);
  return { link: String(body.id), token: String(body.url).split('/').at(-1) ?? '' };
}

async function revokedKey(app: TestApp): Promise<{ key: string; keyId: string }> {
  const made = await newKey(app);
  await app.execute({ name: 'revokeApiKey', id: randomUUID(), input: { key: made.keyId }, acting: app.owner, facts });
  return made;
}

async function endedSession(app: TestApp): Promise<{ cookie: string; session: string }> {
  const cookie = await signedIn(app, app.owner.user);
  const [row] = await app
    .em()
    .execute<{ id: string }[]>('select id from sessions where user_id = ? order by created_at desc limit 1', [app.owner.user]);
  const out = await ask(app, 'POST', '/console/logout', { headers: { cookie } });
  if (out.status !== 204) throw new Error(`signing out answered ${out.status}`);
  return { cookie, session: row?.id ?? '' };
}

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Action, Kind } from '../../shared/document.ts';
import { hashPassword, setUp } from '../accounts.ts';
import type { App } from '../app.ts';
import type { Acting } from '../commands/scope.ts';
import type { Name } from '../commands/index.ts';
import type { DrawPdf } from '../doors/drawings.ts';
import { evidenceFor } from '../doors/evidence.ts';
import { newBrowserId } from '../doors/cookies.ts';
import { LinkSchema } from '../entities/index.ts';
import { sha256, type Seal } from '../secrets.ts';
import { dealView } from '../views/deal.ts';
import { DEMO } from './company.ts';
import { setUpDemoStripe } from './stripe.ts';
import { bakery, bathroom, cafe, surgery } from './documents.ts';

const DAY_MS = 86_400_000;
const LOGO = new URL('logo.png', import.meta.url);

/** An issued document of the demo and how its client acts on it. */
interface Made {
  id: string;
  deal: string;
  link: string;
  contact: string | null;
}

/**
 * Fills an empty database with a believable small company, a full deal in several states. Everything goes through the
 * same commands as in life, each on the day it is said to have happened. `mail`: whether mails stay with us, so that one may be sent.
 * `stripe`: what keeps the keys of the emulated Stripe; null where there is none.
 */
export async function seedDemo(app: App, { mail, stripe }: { mail: boolean; stripe: Seal | null }): Promise<void> {
  const { user, company } = await setUp(
    app.em(),
    { ...DEMO.user, company: DEMO.company.name, language: 'fr' },
    structuredClone(DEMO.company),
    daysAgo(60),
  );
  const owner: Acting = { as: 'user', company: company.id, user: user.id, name: user.name, session: null, key: null };
  const browsers = new Map<string, string>();

  const send = (name: Name, input: unknown, acting: Acting, now: Date, pdf: Awaited<ReturnType<typeof evidenceFor>> = null) =>
    app.execute({ name, id: randomUUID(), input, acting, facts: { ip: '192.0.2.10', userAgent: 'demo', pdf }, now });

  await addPeople();
  if (stripe) await setUpDemoStripe(app, stripe, owner, daysAgo(57));

  /** The logo, and a colleague who was asked to join. */
  async function addPeople(): Promise<void> {
    const bytes = readFileSync(LOGO);
    await send('setLogo', { picture: { sha256: sha256(bytes), mediaType: 'image/png', bytes } }, owner, daysAgo(60));
    const { name, email, password } = DEMO.member;
    const { result } = await send('inviteUser', { name, email, role: 'member', language: 'fr' }, owner, daysAgo(59));
    const joining = { join: result['join'], name, passwordHash: await hashPassword(password) };
    await send('joinCompany', joining, { as: 'system', company: company.id }, daysAgo(58));
  }

  async function issue(document: Record<string, unknown>, days: number, hours = 9): Promise<Made> {
    const now = daysAgo(days, hours);
    const issueDate = now.toISOString().slice(0, 10);
    const done = await send('createDocument', { document: { issueDate, ...document }, issue: true }, owner, now);
    return made(String(done.result['document']), String(done.result['link']));
  }

  /** What comes of a document: some of some of its lines, or all that is left. */
  async function follow(
    kind: Kind,
    source: Made,
    days: number,
    { some = null, notes = '' }: { some?: { line: string; quantity: string }[] | null; notes?: string } = {},
  ): Promise<Made> {
    const now = daysAgo(days);
    const printed = (await dealView(app.em(), source.deal, 'owner'))?.documents.find((one) => one.id === source.id)?.content.lines ?? [];
    const lineOf = (words: string) => printed.find((one) => one.description.startsWith(words))?.id;
    const lines = some && some.map(({ line, quantity }) => ({ line: lineOf(line), quantity }));
    const draft = await send('draftDocument', { kind, from: { documents: [source.id], lines } }, owner, now);
    const document = draft.result['document'];
    if (notes !== '') await send('editDraft', { document, ops: [{ op: 'set', field: 'notes', before: '', after: notes }] }, owner, now);
    const done = await send('issueDocument', { document }, owner, now);
    return made(String(document), String(done.result['link']));
  }

  async function made(id: string, link: string): Promise<Made> {
    const { deal, contact } = await app.em().findOneOrFail(LinkSchema, { id: link });
    return { id, deal, link, contact };
  }

  const client = (made: Made): Acting => {
    const browser = browsers.get(made.link) ?? newBrowserId();
    browsers.set(made.link, browser);
    return { as: 'link', company: company.id, deal: made.deal, link: made.link, contact: made.contact, browser };
  };
  const view = (made: Made, days: number, hours = 11) =>
    send('recordView', { document: made.id, visit: randomUUID() }, client(made), daysAgo(days, hours));
  const say = (made: Made, from: 'owner' | 'client', text: string, days: number, hours: number, notify = false) =>
    send('postMessage', { document: made.id, text, notify, name: null }, from === 'owner' ? owner : client(made), daysAgo(days, hours));

  async function decide(
    made: Made,
    action: Action,
    name: string,
    days: number,
    extra: Record<string, unknown> = {},
    hours = 14,
  ): Promise<void> {
    const command = { accept: 'acceptDocument', refuse: 'refuseDocument', hold: 'holdQuote' } as const;
    const now = daysAgo(days, hours);
    const pdf = await evidenceFor(app.em(), app.drawPdf satisfies DrawPdf, made.deal, made.id, now);
    await send(command[action], { document: made.id, revision: 1, name, reason: null, language: 'fr', ...extra }, client(made), now, pdf);
  }

  const unpaid = await issue(surgery.invoice, 52);
  await view(unpaid, 50);

  const quote = await issue(bakery.quote, 34);
  await view(quote, 33);
  await say(quote, 'client', 'Bonjour Claire, le chauffe-eau peut-il être livré avant le 15 ?', 33, 15);
  await say(quote, 'owner', 'Oui, si vous validez cette semaine : il est en stock chez mon fournisseur.', 33, 16, true);
  await decide(quote, 'accept', 'Karim Haddad', 31, { orderNumber: 'BP-2291' });
  const order = await follow('order', quote, 30);
  await view(order, 30, 18);
  await decide(order, 'accept', 'Karim Haddad', 29);
  const sent = [
    { line: 'Chauffe-eau', quantity: '1' },
    { line: 'Tube cuivre', quantity: '36' },
  ];
  const delivery = await follow('delivery', order, 12, { some: sent, notes: 'Le second appareil suit sous quinze jours.' });
  await view(delivery, 12, 16);
  const reserves = [{ line: null, text: 'Deux mètres de tube légèrement marqués.' }];
  await decide(delivery, 'accept', 'Karim Haddad', 12, { reserves }, 17);
  const invoice = await follow('invoice', delivery, 8);
  await view(invoice, 7, 10);
  const deposit = {
    amount: '600.00',
    day: daysAgo(6).toISOString().slice(0, 10),
    method: 'transfer',
    reference: 'VIR BOULANGERIE DU PONT',
  };
  await send('recordPayment', { document: invoice.id, ...deposit }, owner, daysAgo(6));
  const takenBack = [{ line: 'Tube cuivre', quantity: '6' }];
  await follow('credit_note', invoice, 5, { some: takenBack, notes: 'Six mètres non utilisés, repris au prix de vente.' });

  const held = await issue(bathroom.quote, 9);
  await view(held, 8);
  await say(held, 'client', 'Bonjour, le devis me convient, mais j’hésite sur la robinetterie.', 7, 18);
  await say(held, 'owner', 'Prenez votre temps. Le mitigeur chromé serait 85 € moins cher, je peux refaire le devis.', 6, 8, true);
  const remindOn = daysAgo(-6).toISOString().slice(0, 10);
  await decide(held, 'hold', 'Anne Martin', 6, { reason: 'Je compare avec une autre proposition.', remindOn }, 19);

  await issue({ ...cafe.order }, 3);
  await issue({ ...cafe.delivery }, 2);
  const newest = await issue(cafe.quote, 1);
  if (mail) await sendNow(app, owner, newest);
}

/** One document is sent by mail as well, now: the inbox then has something to open. The past is only told. */
async function sendNow(app: App, owner: Acting, made: Made): Promise<void> {
  const contacts = await app
    .em()
    .execute<{ id: string }[]>(
      'select c.id from contacts c join deals d on d.client_id = c.client_id where d.id = ? and c.email is not null',
      [made.deal],
    );
  const text = 'Hello Luke,\n\nHere is the quote for the water softener we talked about. Tell me if anything is unclear.';
  const input = { document: made.id, contacts: contacts.map((contact) => contact.id), text };
  const facts = { ip: null, userAgent: 'demo', pdf: null };
  await app.execute({ name: 'sendDocument', id: randomUUID(), input, acting: owner, facts });
}

/** So many days ago, at an hour of the day in UTC; never in the future unless `days` is negative. */
function daysAgo(days: number, hours = 9): Date {
  const date = new Date(Date.now() - days * DAY_MS);
  date.setUTCHours(hours, 12, 0, 0);
  return date;
}

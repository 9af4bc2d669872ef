import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dayIn } from '../../shared/document.ts';
import type { WireEvent } from '../../shared/events.ts';
import { foldDraft } from '../../shared/draft-fold.ts';
import { fold, type DealView, type Side } from '../../shared/view.ts';
import type { Name } from '../commands/index.ts';
import type { MailEnd } from '../commands/mails.ts';
import type { Acting } from '../commands/scope.ts';
import { evidenceFor } from '../doors/evidence.ts';
import { CompanySchema, LinkSchema, MailSchema, StripeKeysSchema } from '../entities/index.ts';
import { dealEvent, type Logged } from '../log.ts';
import { createSeal } from '../secrets.ts';
import { readLogTails } from '../views/arrivals.ts';
import { dealView } from '../views/deal.ts';
import { SECRET, startApp, type TestApp } from './harness.ts';

let app: TestApp;
let deal = '';
const linkOf = new Map<string, Acting>();

test.before(async () => {
  app = await startApp();
});
test.after(() => app.close());

const LINE = { description: 'Work', quantity: '2', unitPrice: '100.00', vat: { category: 'S', rate: '20' } };

const step = (view: DealView, event: WireEvent) => fold(view, event, foldDraft);

/** Runs a command and says for both sides that folding its events over the view before gives the snapshot after. */
async function folds(name: Name, input: Record<string, unknown>, acting: Acting = app.owner, id: string = randomUUID()) {
  const before = await views();
  const document = typeof input['document'] === 'string' ? input['document'] : '';
  const decision = ['acceptDocument', 'refuseDocument', 'holdQuote'].includes(name);
  const pdf = decision ? await evidenceFor(app.em(), app.drawPdf, deal, document) : null;
  const done = await app.execute({ name, id, input, acting, facts: { ip: '192.0.2.1', userAgent: 'test', pdf } });
  const after = await views();
  for (const side of ['owner', 'client'] as const) {
    const seq = before?.[side].seq ?? 0;
    const events = (await eventsAbove(deal, seq)).flatMap((event): WireEvent[] => {
      const seen = dealEvent(event, side);
      return seen === null ? [] : [seen];
    });
    const start = before?.[side];
    if (!start || !after) continue;
    const folded = { ...events.reduce<DealView>(step, start), seq: after[side].seq };
    assert.equal(folded, after[side], `${name} as the ${side} sees it`);
    assert.not(JSON.stringify(events).includes('192.0.2.1'), 'evidence stays out of event data');
  }
  return done;
}

async function views(): Promise<Record<Side, DealView> | null> {
  if (deal === '') return null;
  const [owner, client] = [await dealView(app.em(), deal, 'owner'), await dealView(app.em(), deal, 'client')];
  return owner && client ? { owner, client } : null;
}

async function issue(kind: string, extra: Record<string, unknown> = {}): Promise<string> {
  const client = { name: 'Anne Ltd', contacts: [{ name: 'Anne', email: 'anne@example.com' }] };
  const input = { document: { kind, lines: [LINE], ...(deal === '' ? { client } : {}), ...extra }, issue: true };
  const before = await views();
  const done = await app.execute({
    name: 'createDocument',
    id: randomUUID(),
    input,
    acting: app.owner,
    facts: { ip: null, userAgent: null, pdf: null },
  });
  const id = String(done.result['document']);
  if (deal === '') {
    const [row] = await app.em().execute<{ deal_id: string }[]>('select deal_id from documents where id = ?', [id]);
    deal = row?.deal_id ?? '';
  }
  const link = await app.em().findOneOrFail(LinkSchema, { id: String(done.result['link']) });
  linkOf.set(id, {
    as: 'link',
    company: app.company,
    deal,
    link: link.id,
    contact: link.contact,
    browser: randomBytes(16).toString('base64url'),
  });
  if (before) {
    const after = await views();
    for (const side of ['owner', 'client'] as const) {
      const events = (await eventsAbove(deal, before[side].seq)).flatMap((event) => dealEvent(event, side) ?? []);
      assert.equal(
        { ...events.reduce<DealView>(step, before[side]), seq: after?.[side].seq },
        after?.[side],
        `createDocument ${kind}, ${side}`,
      );
    }
  }
  return id;
}

/** A mail to the client for every end there is. */
async function mails(document: string): Promise<void> {
  const [contact] = (await views())?.owner.client.contacts ?? [];
  for (const end of [
    { state: 'delivered', cause: null, detail: null },
    { state: 'failed', cause: 'refused', detail: '550 no such mailbox' },
    { state: 'failed', cause: 'unsent', detail: null },
    { state: 'failed', cause: 'link_revoked', detail: null },
  ] satisfies MailEnd[]) {
    await folds('sendDocument', { document, contacts: [contact?.id], text: '' });
    const mail = await app.em().findOneOrFail(MailSchema, { document, state: 'waiting', side: 'client' });
    const system: Acting = { as: 'system', company: app.company };
    await folds('recordMail', { document, mail: mail.id, ...end }, system);
    const last = (await views())?.owner.documents.find((one) => one.id === document)?.owner?.mails.at(-1);
    assert.equal([last?.state, last?.cause, last?.detail], [end.state, end.cause, end.detail]);
    assert.ok(last && last.endedAt !== null && last.endedAt >= last.at);
  }
}

const holder = (id: string): Acting => linkOf.get(id) ?? app.owner;
const decision = (document: string, revision = 1) => ({ document, revision, name: 'Anne Martin', reason: null, language: 'en' });

async function eventsAbove(deal: string, cursor: number): Promise<Logged[]> {
  const [tail] = await readLogTails(app.em(), [{ deal, cursor }]);
  return tail?.events ?? [];
}

test('every command of a deal folds into the snapshot, on both sides', async () => {
  const quote = await issue('quote');
  await folds('recordView', { document: quote, visit: randomUUID() }, holder(quote));
  await folds('postMessage', { document: quote, text: 'Hello <b>', notify: false, name: null }, holder(quote));
  await folds('postMessage', { document: quote, text: 'Hello back', notify: true, name: null });
  await folds('markRead', { document: quote, upTo: 99 }, holder(quote));
  const attach = (name: string, forMessage: boolean, acting?: Acting) => {
    const id = randomUUID();
    const file = { id, name, mediaType: 'text/plain', bytes: 3, sha256: 'ab'.repeat(32) };
    return folds('attachFile', { document: quote, forMessage, file }, acting, id).then(() => id);
  };
  const [first, second] = [await attach('first.txt', false), await attach('second.txt', false)];
  await attach('third.txt', false);
  await folds('removeFile', { document: quote, file: first });
  await folds('removeFile', { document: quote, file: second });
  await attach('fourth.txt', false);
  const [mine, more] = [await attach('mine.txt', true, holder(quote)), await attach('more.txt', true, holder(quote))];
  // In the order of the message, which is not that of the uploads.
  await folds('postMessage', { document: quote, text: '', notify: false, files: [more, mine], name: null }, holder(quote));
  await mails(quote);
  const link = await folds('createLink', { document: quote, contact: null, label: 'for the accountant' });
  const anonymous: Acting = {
    as: 'link',
    company: app.company,
    deal,
    link: String(link.result['link']),
    contact: null,
    browser: 'AAAAAAAAAAAAAAAAAAAAAA',
  };
  await folds('markRead', { document: quote, upTo: 99 }, anonymous);
  await folds('postMessage', { document: quote, text: 'I am new here', notify: false, name: 'Paul' }, anonymous);
  await folds('holdQuote', { ...decision(quote), remindOn: '2099-01-01' }, holder(quote));
  await folds('reviseDocument', { document: quote, content: { kind: 'quote', lines: [{ ...LINE, quantity: '3' }] } });
  await folds('refuseDocument', { ...decision(quote, 2), reason: 'Too much' }, holder(quote));
  await folds('reviseDocument', { document: quote, content: { kind: 'quote', lines: [LINE, { ...LINE, description: 'More' }] } });
  await folds('acceptDocument', decision(quote, 3), holder(quote));
  await folds('revokeLink', { document: quote, link: link.result['link'] });
  const order = await issue('order', { follows: quote });
  await folds('acceptDocument', decision(order), holder(order));
  const delivery = await issue('delivery', { follows: order });
  await folds('refuseDocument', decision(delivery), holder(delivery));
  const invoice = await issue('invoice', { follows: order });
  await folds('recordView', { document: invoice, visit: randomUUID() }, holder(invoice));
  await issue('credit_note', { follows: invoice });
  await changeClient();
});

/** A contact's words change, another one comes, and one goes off the list. */
async function changeClient(): Promise<void> {
  const client = (await views())?.owner.client;
  if (!client) throw new Error('no client');
  const nothing = { legalName: null, siren: null, siret: null, vatId: null, address: null };
  const contacts = client.contacts.map((one) => ({ ...one, name: `${one.name} Martin`, phone: '0102', email: 'new@example.com' }));
  const saved = { client: client.id, profile: { ...nothing, name: 'Anne & Co', contacts: [...contacts, { name: 'Bob' }] } };
  await folds('saveClient', saved);
  assert.is((await views())?.client.client.name, 'Anne & Co');
  await folds('saveClient', { client: client.id, profile: { ...nothing, name: 'Anne & Co', contacts: [{ name: 'Cleo' }] } });
  assert.equal(
    (await views())?.owner.client.contacts.map(({ name }) => name),
    ['Cleo'],
  );
}

test('a draft is the owner’s alone until it is issued', async () => {
  const done = await folds('createDocument', {
    document: { kind: 'invoice', lines: [LINE], follows: [...linkOf.keys()][0] },
    issue: false,
  });
  const id = String(done.result['document']);
  assert.is(
    (await views())?.client.documents.some((doc) => doc.id === id),
    false,
  );
  const file = { id: randomUUID(), name: 'draft.txt', mediaType: 'text/plain', bytes: 3, sha256: 'cd'.repeat(32) };
  await folds('attachFile', { document: id, forMessage: false, file }, app.owner, file.id);
  await folds('issueDocument', { document: id });
  assert.is((await views())?.client.documents.find((doc) => doc.id === id)?.files.length, 1);
  assert.is((await views())?.client.documents.find((doc) => doc.id === id)?.owner, null);
});

const op = (field: string, before: unknown, after: unknown, line: string | null = null) =>
  line === null ? { op: 'set', field, before, after } : { op: 'line', line, field, before, after };

test('drafts, revisions, options, proposals and the chain fold too', async () => {
  deal = '';
  const lines = [
    { type: 'section', description: 'Works' },
    LINE,
    { ...LINE, description: 'Better tap', quantity: '1', optional: true },
    { type: 'subtotal' },
    { ...LINE, description: 'Second', quantity: '10', unit: 'HUR', discount: '10' },
  ];
  const quote = await issue('quote', { lines });
  const [, first, option] = (await docOf(quote)).content.lines;
  if (!first || !option) throw new Error('no lines');
  await folds('chooseOption', { document: quote, revision: 1, line: option.id, chosen: true }, holder(quote));
  assert.equal((await docOf(quote)).due, (300_00 + 900_00) * 1.2);
  const asked = await folds(
    'postMessage',
    {
      document: quote,
      text: 'Fewer, please',
      notify: false,
      name: null,
      proposal: { what: 'line', revision: 1, line: first.id, quantity: '1', unitPrice: null },
    },
    holder(quote),
  );
  await folds(
    'postMessage',
    { document: quote, text: '', notify: false, name: null, proposal: { what: 'validity', revision: 1, until: '2099-06-30' } },
    holder(quote),
  );
  await folds('holdQuote', { ...decision(quote), remindOn: null }, holder(quote));
  await folds('extendValidity', { document: quote, validUntil: '2099-06-30' });
  assert.is((await docOf(quote)).status, 'on_hold', 'a hold stays one');
  await folds('applyProposal', { document: quote, message: asked.result['message'] });
  await folds('editDraft', {
    document: quote,
    ops: [op('reference', '', 'PO 1'), op('quantity', '10', '12', (await docOf(quote)).content.lines[4]?.id)],
  });
  await folds('discardDraft', { document: quote });
  await folds('startRevision', { document: quote });
  await folds('editDraft', {
    document: quote,
    ops: [op('description', 'Second', 'Second, better', (await docOf(quote)).content.lines[4]?.id)],
  });
  await folds('issueDocument', { document: quote });
  assert.equal([(await docOf(quote)).revision, (await docOf(quote)).choice?.lines], [3, [option.id]]);
  await folds('withdrawQuote', { document: quote, reason: 'A mistake' });
  await folds('reopenDocument', { document: quote, reason: 'Not a mistake' });
  const accepting = { ...decision(quote, 3), chosen: [option.id], orderNumber: 'PO 77' };
  await folds('acceptDocument', accepting, holder(quote));
  await folds('reopenDocument', { document: quote, reason: 'Clicked too fast' });
  await folds('acceptDocument', accepting, holder(quote));

  const deposit = await draft({ kind: 'invoice', from: { documents: [quote] }, deposit: { percent: '30' } });
  await folds('issueDocument', { document: deposit });
  const order = await draft({ kind: 'order', from: { documents: [quote] } });
  assert.is((await docOf(order)).content.reference, 'PO 77');
  await folds('editDraft', { document: order, ops: [op('notes', '', 'Come by the back door')] });
  await issueDraft(order);
  const delivery = await draft({ kind: 'delivery', from: { documents: [order] } });
  await folds('editDraft', { document: delivery, ops: [op('quantity', '10', '4', (await docOf(delivery)).content.lines.at(-1)?.id)] });
  await issueDraft(delivery);
  const [said] = (await docOf(delivery)).content.lines.filter((line) => line.type === 'item');
  await folds('acceptDocument', { ...decision(delivery), reserves: [{ line: said?.id, text: 'Scratched' }] }, holder(delivery));
  assert.equal([(await docOf(delivery)).status, (await docOf(order)).progress], ['accepted_with_reserves', 'partly_delivered']);
  const invoice = await draft({ kind: 'invoice', from: { documents: [delivery] } });
  await issueDraft(invoice);
  assert.is((await docOf(order)).progress, 'partly_invoiced');
  const credit = await draft({ kind: 'credit_note', from: { documents: [invoice] } });
  await issueDraft(credit);
  assert.equal([(await docOf(invoice)).status, (await docOf(invoice)).due], ['cancelled', 0]);
  assert.is((await docOf(order)).progress, 'partly_delivered', 'the quantities are given back');
  const dropped = await draft({ kind: 'delivery', from: { documents: [order] } });
  await folds('discardDraft', { document: dropped });
  const again = await draft({ kind: 'delivery', from: { documents: [order] } });
  await issueDraft(again);
  await folds('refuseDocument', decision(again), holder(again));
  assert.is((await docOf(order)).progress, 'partly_delivered', 'what was refused is not delivered');
  await draft({ kind: 'quote', client: (await views())?.owner.client.id, copy: quote });
});

test('money folds: what is recorded, payment pages in every order, refunds and disputes', async () => {
  deal = '';
  const document = await issue('invoice');
  await app.em().nativeUpdate(CompanySchema, { id: app.company }, { online: { methods: ['card'], partial: true, test: true } });
  // Nobody answers at Stripe: what is asked of it waits, until it is said here how it went.
  const [key, methods] = [createSeal(SECRET, 'stripe').close(Buffer.from('rk_test_51Nobody0000')), ['card' as const]];
  const none = { webhookSecret: null, account: null, heardAt: null };
  await app.em().insert(StripeKeysSchema, {
    company: app.company,
    key,
    hint: '0000',
    test: true,
    methods,
    partial: true,
    changedAt: new Date(),
    ...none,
  });
  const system: Acting = { as: 'system', company: app.company };
  const recorded = await folds('recordPayment', { document, amount: '10.00', day: today(), method: 'transfer', reference: 'VIR' });
  await folds('reversePayment', { document, entry: recorded.result['entry'], reason: 'Not theirs' });

  const page = async (session: string) => {
    const { result } = await folds('reserveCheckout', { document, amount: null }, holder(document));
    const checkout = String(result['checkout']);
    const opening = { document, checkout, session, expiresAt: new Date(Date.now() + 3_600_000) };
    return { checkout, open: () => folds('openCheckout', opening, holder(document)) };
  };
  const entry = (key: string, kind: string, amount: number, of: string | null, refund: string | null = null) => {
    const common = { method: 'card', at: new Date(), reason: null, receiptUrl: 'https://stripe.example/receipt' };
    return { key, kind, amount, of, refund, ...common };
  };
  const settle = (checkout: string, state: string, entries: object[] = [], currency = 'EUR') => {
    const truth = { state, currency, intent: null, method: 'card', reason: 'declined', test: true, entries };
    return folds('settleCheckout', { document, checkout, cause: randomUUID(), truth }, system);
  };

  const [never, first] = [await page('cs_0'), await page('cs_1')];
  await never.open();
  await first.open();
  const second = await page('cs_2');
  await second.open();
  await settle(second.checkout, 'processing');
  await settle(second.checkout, 'failed');
  const third = await page('cs_3');
  await third.open();
  const paid = entry('ch_3', 'payment', 15_000, null);
  await settle(third.checkout, 'paid', [paid]);
  // The one that was replaced long ago was paid on, too, and takes days.
  await settle(first.checkout, 'processing');
  await settle(first.checkout, 'paid', [entry('py_1', 'payment', 24_000, null)]);
  assert.equal([(await docOf(document)).status, (await docOf(document)).due], ['paid', -15_000]);
  await settle(first.checkout, 'open', [entry('py_1', 'payment', 24_000, null)]);

  const [, , third3] = (await docOf(document)).payments;
  const ask = (amount: string) => folds('refundPayment', { document, entry: third3?.id, amount, reason: 'Too much' });
  const refused = await ask('1.00');
  await folds('refuseRefund', { document, refund: refused.result['refund'], detail: 'No' }, system);
  const asked = await ask('150.00');
  const back = entry('re_3', 'refund', -15_000, 'ch_3', String(asked.result['refund']));
  await settle(third.checkout, 'paid', [paid, back]);
  assert.equal(
    (await docOf(document)).owner?.refunds.map(({ state }) => state),
    ['refused'],
  );
  await settle(third.checkout, 'paid', [paid, back, entry('re_3:failed', 'refund_failed', 15_000, 'ch_3')]);
  const disputed = [
    { ...entry('dp_1', 'dispute', -24_000, 'py_1'), reason: 'fraudulent' },
    entry('dp_2', 'dispute_won', 24_000, 'py_1'),
    entry('dp_3', 'dispute_lost', 0, 'py_1'),
  ];
  await settle(first.checkout, 'paid', [entry('py_1', 'payment', 24_000, null), ...disputed]);
  assert.is((await docOf(document)).payments.length, 9);
  await settle(first.checkout, 'paid', [entry('ch_9', 'payment', 1, null)], 'USD');
  assert.not.match(JSON.stringify(await views().then((both) => both?.client)), 'fraudulent');
  assert.match(JSON.stringify(await views().then((both) => both?.owner)), 'fraudulent');
});

const today = () => dayIn('Europe/Paris', new Date());

test('a reminder folds, and so does that somebody wants no more of them', async () => {
  deal = '';
  const ago = (days: number) => dayIn('Europe/Paris', new Date(Date.now() - days * 86_400_000));
  const invoice = await issue('invoice', { issueDate: ago(9), dueDate: ago(1) });
  await app.em().execute("update revisions set issued_at = issued_at - interval '9 days' where document_id = ?", [invoice]);
  const plan = { invoices: { on: true, days: [1] }, quotes: { on: false, days: [3] } };
  await folds('saveCompany', { changes: { reminders: plan } });
  const system: Acting = { as: 'system', company: app.company };
  const { result } = await folds('remindClient', { document: invoice, deadline: ago(1), step: 1 }, system);
  assert.is(result['sent'], 1);
  assert.is((await docOf(invoice)).owner?.mails.at(-1)?.kind, 'due');
  const [contact] = (await views())?.owner.client.contacts ?? [];
  for (const on of [false, true]) {
    await folds('setReminders', { of: contact?.id, on }, system);
    assert.is((await views())?.owner.client.contacts[0]?.reminders, on);
  }
});

async function docOf(id: string) {
  const found = (await views())?.owner.documents.find((one) => one.id === id);
  if (!found) throw new Error(`no document ${id}`);
  return found;
}

async function draft(input: Record<string, unknown>): Promise<string> {
  return String((await folds('draftDocument', input)).result['document']);
}

async function issueDraft(document: string): Promise<void> {
  const { result } = await folds('issueDocument', { document });
  const link = await app.em().findOneOrFail(LinkSchema, { id: String(result['link']) });
  const browser = randomBytes(16).toString('base64url');
  linkOf.set(document, { as: 'link', company: app.company, deal, link: link.id, contact: link.contact, browser });
}

test.run();

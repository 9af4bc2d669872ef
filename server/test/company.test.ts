import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import sharp from 'sharp';
import type { CompanyPage } from '../../shared/console.ts';
import { CompanySchema } from '../entities/index.ts';
import { dealView } from '../views/deal.ts';
import { ask, connect, issued, send, seqOf } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { openPage } from './page.ts';

let app: TestApp;
test.before(async () => {
  app = await startApp({ now: () => new Date('2026-11-24T10:00:00Z') });
});
test.after(() => app?.close());

async function save(changes: Record<string, unknown>, id?: string) {
  const socket = await connect(app, {}, { cookie: app.cookie });
  const answer = await send(socket, 'saveCompany', { changes }, id);
  socket.close();
  return answer;
}

async function saved(changes: Record<string, unknown>) {
  const answer = await save(changes);
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
  return answer.result;
}

async function faultsOf(changes: Record<string, unknown>): Promise<string[]> {
  const answer = await save(changes);
  if (answer.ok) throw new Error('it was taken');
  assert.is(answer.refusal.code, 'invalid_input');
  return answer.refusal.faults.map(({ pointer, rule }) => `${pointer} ${rule}`);
}

async function page(): Promise<CompanyPage> {
  const answer = await ask(app, 'GET', '/console/company', { headers: { cookie: app.cookie } });
  assert.is(answer.status, 200);
  return JSON.parse(answer.body) as CompanyPage;
}

const contentOf = async (deal: string) => (await dealView(app.em(), deal, 'client'))?.documents[0]?.content;

test('the fields that are given are saved, tidied, and stand on the next document alone', async () => {
  const before = await issued(app, 'invoice');
  const feed = await openPage(app.url, `company:${app.company}`, { cookie: app.cookie });
  const address = { lines: ['12 rue des Marronniers'], postcode: '69002', city: 'Lyon', region: null, country: 'FR' };
  const changes = {
    name: ' Dupont ',
    legalName: 'Dupont SARL',
    legalForm: 'SARL au capital de 10 000 €',
    siren: '732 829 320',
    siret: '732 829 320 00074',
    vatId: 'fr 44732829320',
    address,
    contact: { name: 'Luc', email: ' luc@example.com ', phone: '' },
    iban: 'fr76 3000 6000 0112 3456 7890 189',
    bic: 'agrifrpp',
    accent: '#ffcc00',
    language: 'fr',
    timeZone: 'Europe/Brussels',
    currency: 'CHF',
    terms: ['Net 30 days'],
    mentions: ['No discount'],
    validityDays: 60,
    paymentDays: 45,
    reminders: { invoices: { on: true, days: [3, 10] }, quotes: { on: false, days: [3] } },
  };
  assert.equal(new Set((await saved(changes))['fields'] as string[]), new Set(Object.keys(changes)));
  const { company } = await page();
  assert.equal(
    { ...company, numbering: null },
    {
      ...changes,
      name: 'Dupont',
      siren: '732829320',
      siret: '73282932000074',
      vatId: 'FR44732829320',
      contact: { name: 'Luc', email: 'luc@example.com', phone: null },
      iban: 'FR7630006000011234567890189',
      bic: 'AGRIFRPP',
      logo: null,
      numbering: null,
    },
  );
  const after = await issued(app, 'invoice', { language: null });
  const content = await contentOf(after.deal);
  assert.equal(content?.seller, {
    name: 'Dupont',
    legalName: 'Dupont SARL',
    legalForm: 'SARL au capital de 10 000 €',
    address,
    vatId: 'FR44732829320',
    ids: [
      { label: 'SIREN', value: '732 829 320' },
      { label: 'SIRET', value: '732 829 320 00074' },
    ],
    contact: { name: 'Luc', email: 'luc@example.com', phone: null },
  });
  assert.equal(
    [content?.currency, content?.dueDate, content?.terms, content?.mentions],
    ['CHF', '2027-01-08', ['Net 30 days'], ['No discount']],
  );
  assert.equal(content?.payment, { iban: 'FR7630006000011234567890189', bic: 'AGRIFRPP', reference: null, accountName: 'Dupont SARL' });
  const old = await contentOf(before.deal);
  assert.equal([old?.seller.name, old?.payment, old?.currency], ['Test company', null, 'EUR'], 'what is issued stays as it is');

  await feed.until('told', () => feed.events.some((event) => event.type === 'company.changed'));
  const event = feed.events.find((one) => one.type === 'company.changed');
  const view = { id: app.company, name: 'Dupont', language: 'fr', timeZone: 'Europe/Brussels', accent: '#ffcc00', online: null };
  const told = event?.data as { company: unknown; fields: string[] };
  assert.equal([told.company, new Set(told.fields)], [view, new Set(Object.keys(changes))]);
  feed.close();
});

test('what changes nothing says nothing, and one field leaves the others alone', async () => {
  await saved({ legalName: 'One SA', siret: '73282932000074' });
  const seq = await seqOf(app);
  assert.equal((await saved({ legalName: 'One SA', siret: '732 829 320 00074', contact: (await page()).company.contact }))['fields'], []);
  assert.is(await seqOf(app), seq);
  assert.equal((await saved({ siret: null, legalName: 'One SA' }))['fields'], ['siret']);
  const { company } = await page();
  assert.equal([company.siret, company.legalName, company.siren], [null, 'One SA', '732829320']);
  const row = await app.em().findOneOrFail(CompanySchema, { id: app.company });
  assert.equal(row.identity.ids, [{ label: 'SIREN', value: '732 829 320' }]);
  assert.equal((await saved({ iban: null, bic: null }))['fields'], ['iban', 'bic']);
  assert.is((await app.em().findOneOrFail(CompanySchema, { id: app.company })).payment, null);
});

test('each fault stands at its field, and nothing is saved', async () => {
  const before = await page();
  assert.equal(
    (
      await faultsOf({
        name: ' ',
        siren: '732829321',
        siret: '73282932000075',
        vatId: '12',
        iban: 'FR7630006000011234567890188',
        bic: 'AGRI',
        accent: 'red',
        timeZone: 'Mars/Olympus',
        currency: 'XYZ',
        contact: { name: null, email: 'luc@', phone: null },
        address: { lines: [], postcode: null, city: null, region: null, country: 'France' },
        validityDays: -1,
        paymentDays: 1.5,
        logo: 'x',
      })
    ).sort(),
    [
      '/changes/accent colour',
      '/changes/address/country country',
      '/changes/bic bic',
      '/changes/contact/email email',
      '/changes/currency currency',
      '/changes/iban iban',
      '/changes/logo unknown_field',
      '/changes/name required',
      '/changes/paymentDays integer',
      '/changes/siren siren',
      '/changes/siret siret',
      '/changes/timeZone time_zone',
      '/changes/validityDays min_value',
      '/changes/vatId vat_id',
    ],
  );
  assert.equal(await page(), before);
});

test('numbers go on unbroken however they are written', async () => {
  const { numbering } = (await page()).company;
  const [first, second] = [await issued(app, 'order'), await issued(app, 'order')];
  assert.equal([first.number, second.number], ['SO-2026-001', 'SO-2026-002']);
  assert.is((await page()).counts.order, 2);
  for (const [format, rule] of [
    ['BC-{yyyy}', 'format_count'],
    ['{000}-{yyyy}-{000}', 'format_count'],
    ['BC-{000}', 'format_year'],
    ['BC-{yyyy}-{000}-{month}', 'format_unknown'],
    [`${'x'.repeat(55)}{yy}{0}`, 'format_long'],
  ] as const)
    assert.equal(await faultsOf({ numbering: { ...numbering, order: format } }), [`/changes/numbering/order ${rule}`], format);
  assert.equal(await faultsOf({ numbering: { ...numbering, order: numbering.invoice } }), ['/changes/numbering format_repeated']);
  await saved({ numbering: { ...numbering, order: '{yy}/BC/{00000}' } });
  assert.is((await issued(app, 'order')).number, '26/BC/00003');
  await saved({ numbering });
  assert.is((await issued(app, 'order')).number, 'SO-2026-004');
});

test('only owners change the company; the same command twice is one', async () => {
  await app.em().execute("update users set role = 'member' where id = ?", [app.owner.user]);
  const refused = await save({ name: 'Mine now' });
  assert.equal(refused.ok ? null : refused.refusal.code, 'forbidden');
  const upload = await logo(await png());
  assert.is(upload.status, 403);
  assert.is((await ask(app, 'GET', '/console/company', { headers: { cookie: app.cookie } })).status, 200, 'a member may read it');
  assert.is((await ask(app, 'GET', '/console/users', { headers: { cookie: app.cookie } })).status, 403);
  await app.em().execute("update users set role = 'owner' where id = ?", [app.owner.user]);
  const id = randomUUID();
  const seq = await seqOf(app);
  const [one, two] = await Promise.all([save({ name: 'Once' }, id), save({ name: 'Once' }, id)]);
  assert.equal(one, two);
  assert.is(await seqOf(app), seq + 1);
});

const png = (width = 1600, height = 400) =>
  sharp({ create: { width, height, channels: 4, background: { r: 200, g: 30, b: 30, alpha: 0.6 } } })
    .withMetadata({ exif: { IFD0: { Artist: 'secret artist' } } })
    .png()
    .toBuffer();

function logo(body: Buffer, headers: Record<string, string> = {}) {
  return ask(app, 'POST', '/console/company/logo', {
    headers: { cookie: app.cookie, origin: app.url, 'content-type': 'image/png', ...headers },
    body,
  });
}

test('a logo is written anew as PNG, within bounds and without metadata; it is on paper from then on', async () => {
  const plain = await issued(app, 'quote');
  const answer = await logo(await png());
  assert.is(answer.status, 200);
  const { logo: sha } = JSON.parse(answer.body) as { logo: string };
  assert.is((await page()).company.logo, sha);
  const served = await fetch(`${app.url}/logos/${sha}.png`);
  const bytes = Buffer.from(await served.arrayBuffer());
  assert.equal(
    [served.status, served.headers.get('content-type'), served.headers.get('cache-control')],
    [200, 'image/png', 'public, max-age=31536000, immutable'],
  );
  const { format, width, height, exif } = await sharp(bytes).metadata();
  assert.equal([format, width, height, exif], ['png', 800, 200, undefined]);
  assert.not(bytes.includes('secret artist'));

  const made = await issued(app, 'quote');
  assert.is((await contentOf(made.deal))?.logo, sha);
  const html = await (await fetch(made.link)).text();
  assert.ok(html.includes(`src="/logos/${sha}.png"`) && html.includes('alt="Once"'), 'on the client’s page');
  const [with_, without] = [await pdf(made.link), await pdf(plain.link)];
  assert.ok(with_.includes('/Subtype /Image') && !without.includes('/Subtype /Image'), 'in the PDF');
  assert.equal(await pdf(made.link), with_, 'the same file each time');

  const socket = await connect(app, {}, { cookie: app.cookie });
  assert.ok((await send(socket, 'removeLogo', {})).ok);
  const seq = await seqOf(app);
  assert.ok((await send(socket, 'removeLogo', {})).ok);
  assert.is(await seqOf(app), seq, 'once is enough');
  socket.close();
  assert.is((await contentOf((await issued(app, 'quote')).deal))?.logo, null);
  assert.is((await fetch(`${app.url}/logos/${sha}.png`)).status, 200, 'what was issued with it still shows it');
});

const frame = (background: string) =>
  sharp({ create: { width: 60, height: 30, channels: 3, background } })
    .png()
    .toBuffer();
const stored = async (sha: string | null) => Buffer.from(await (await fetch(`${app.url}/logos/${sha}.png`)).arrayBuffer());

async function pdf(link: string): Promise<string> {
  return Buffer.from(await (await fetch(`${link}/pdf`)).arrayBuffer()).toString('latin1');
}

test('of a logo every common kind is taken, whatever it calls itself, and the first frame of several', async () => {
  const base = () => sharp({ create: { width: 60, height: 30, channels: 3, background: '#0a0' } });
  const moving = await sharp(await Promise.all(['#f00', '#0f0'].map((colour) => frame(colour))), { join: { animated: true } })
    .gif()
    .toBuffer();
  assert.is((await sharp(moving, { pages: -1 }).metadata()).pages, 2);
  for (const file of [await base().jpeg().toBuffer(), await base().webp().toBuffer(), await base().avif().toBuffer(), moving]) {
    const answer = await logo(file, { 'content-type': 'application/octet-stream' });
    assert.is(answer.status, 200, answer.body);
  }
  const { data } = await sharp(await stored((await page()).company.logo))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.equal([data.length, ...data.subarray(0, 3)], [60 * 30 * 3, 255, 0, 0], 'the first frame');
  const turned = await sharp({ create: { width: 60, height: 30, channels: 3, background: '#0a0' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const { logo: sha } = JSON.parse((await logo(turned)).body) as { logo: string };
  const shown = await sharp(await stored(sha)).metadata();
  assert.equal([shown.width, shown.height], [30, 60], 'as it is meant to be seen');
});

test('what is no picture, is broken, or would not stop growing is refused, and changes nothing', async () => {
  const before = (await page()).company.logo;
  const whole = await png();
  const svg = (text: string) => Buffer.from(text);
  const hostile: Record<string, Buffer> = {
    svg: svg('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>'),
    'svg with a declaration': svg('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'),
    'svg behind a sign': Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), svg('<svg xmlns="http://www.w3.org/2000/svg"/>')]),
    html: svg('<!doctype html><img src=x>'),
    text: svg('hello'),
    nothing: Buffer.alloc(0),
    pdf: svg('%PDF-1.7\n%%EOF'),
    tiff: await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
      .tiff()
      .toBuffer(),
    'a cut PNG': whole.subarray(0, whole.length / 2),
    'a PNG with a broken middle': Buffer.concat([whole.subarray(0, 200), Buffer.alloc(300, 1), whole.subarray(500)]),
    'a bomb': await sharp({ create: { width: 16_000, height: 16_000, channels: 3, background: '#fff' } })
      .png()
      .toBuffer(),
  };
  assert.ok(hostile['a bomb'] && hostile['a bomb'].length < 2_000_000, 'a small file');
  for (const [what, file] of Object.entries(hostile)) {
    const answer = await logo(file);
    assert.equal([answer.status, (JSON.parse(answer.body) as { code: string }).code], [415, 'picture_unreadable'], what);
  }
  const large = await logo(Buffer.concat([whole, Buffer.alloc(6_000_000)]));
  assert.equal([large.status, (JSON.parse(large.body) as { code: string }).code], [413, 'too_large']);
  assert.is((await page()).company.logo, before);
  assert.is((await logo(whole, { origin: 'https://evil.example' })).status, 403);
  assert.is((await logo(whole, { cookie: '' })).status, 401);
});

test('under /logos/ nothing is found but logos', async () => {
  const made = await issued(app, 'quote');
  const socket = await connect(app, { link: made.token });
  const decided = await send(socket, 'acceptDocument', { document: made.id, revision: 1, name: 'Anne', reason: null, language: 'en' });
  socket.close();
  assert.ok(decided.ok);
  const [blob] = await app.em().execute<{ sha256: string }[]>("select sha256 from blobs where media_type = 'application/pdf' limit 1");
  assert.ok(blob);
  for (const name of [blob.sha256, 'a'.repeat(64), '..%2f..%2fpackage', `${blob.sha256.toUpperCase()}`]) {
    const answer = await ask(app, 'GET', `/logos/${name}.png`, { headers: { accept: 'text/html' } });
    assert.is(answer.status, 404, name);
  }
});

test.run();

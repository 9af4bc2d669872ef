import PostalMime, { type Address } from 'postal-mime';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isAddress } from '../../shared/mail.ts';
import { compose, type Composed } from './compose.ts';

const PDF = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7) % 256));

const mail = (more: Partial<Composed> = {}): Composed => ({
  subject: 'Dupont SARL · Devis D-2026-012 accepté',
  html: '<!doctype html><html lang="fr"><body><p>Voici le <b>devis</b> à lire.</p></body></html>',
  text: `Voici le devis à lire.\n\nhttps://docs.dupont.example/d/${'x'.repeat(120)}\n\n-- \nAu revoir.\n`,
  from: { name: 'Dupont SARL', address: 'documents@dupont.example' },
  to: { name: 'Anne Martin', address: 'anne@example.com' },
  replyTo: { name: 'Dupont SARL', address: 'documents+r.abc_DEF-1@dupont.example' },
  date: new Date('2026-11-24T10:12:00.000Z'),
  messageId: 'r.abc@dupont.example',
  inReplyTo: 'first@dupont.example',
  references: ['d.1@dupont.example', 'first@dupont.example'],
  unsubscribe: null,
  automatic: true,
  attachments: [{ filename: 'Devis-D-2026-012.pdf', contentType: 'application/pdf', content: PDF }],
  ...more,
});

/** The header lines of the message itself, unfolded: name in small letters → values. */
function headersOf(raw: Buffer): Map<string, string[]> {
  const head = raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(
    [...Map.groupBy(lines, (line) => line.slice(0, line.indexOf(':')).toLowerCase())].map(([name, all]) => [
      name,
      all.map((line) => line.slice(line.indexOf(':') + 1).trim()),
    ]),
  );
}

const one = (address: Address | undefined) => ({ name: address?.name, address: address?.address });

test('every header is there once, and reads as it was given', async () => {
  const raw = await compose(mail());
  const headers = headersOf(raw);
  assert.equal([...headers.keys()].sort(), [
    'auto-submitted',
    'content-type',
    'date',
    'from',
    'in-reply-to',
    'message-id',
    'mime-version',
    'references',
    'reply-to',
    'subject',
    'to',
    'x-auto-response-suppress',
  ]);
  for (const [name, values] of headers) assert.is(values.length, 1, name);
  assert.is(headers.get('date')?.[0], 'Tue, 24 Nov 2026 10:12:00 +0000');
  assert.is(headers.get('message-id')?.[0], '<r.abc@dupont.example>');
  assert.is(headers.get('in-reply-to')?.[0], '<first@dupont.example>');
  assert.is(headers.get('references')?.[0], '<d.1@dupont.example> <first@dupont.example>');
  assert.is(headers.get('auto-submitted')?.[0], 'auto-generated');
  assert.is(headers.get('x-auto-response-suppress')?.[0], 'All');
  const parsed = await PostalMime.parse(raw);
  assert.is(parsed.subject, mail().subject);
  assert.equal(one(parsed.from), mail().from);
  assert.equal(parsed.to?.map(one), [mail().to]);
  assert.equal(parsed.replyTo?.map(one), [mail().replyTo]);
});

test('both texts and the attachment arrive as they were', async () => {
  const parsed = await PostalMime.parse(await compose(mail()));
  assert.is(parsed.text?.trimEnd(), mail().text.trimEnd());
  assert.is(parsed.html?.trim(), mail().html);
  assert.equal(
    parsed.attachments.map(({ filename, mimeType, disposition }) => ({ filename, mimeType, disposition })),
    [{ filename: 'Devis-D-2026-012.pdf', mimeType: 'application/pdf', disposition: 'attachment' }],
  );
  assert.ok(PDF.equals(Buffer.from(parsed.attachments[0]?.content as ArrayBuffer)));
});

test('lines are as mail servers want them', async () => {
  const raw = (await compose(mail({ text: `${'é'.repeat(3000)}\n.\nFrom me\r\rx\ry\n` }))).toString('latin1');
  assert.not.match(raw, /[^\r]\n|\r[^\n]/);
  assert.not.match(raw, /[^\x00-\x7f]/);
  for (const line of raw.split('\r\n')) assert.ok(line.length <= 78, line);
});

test('without what is optional', async () => {
  const headers = headersOf(await compose(mail({ automatic: false, replyTo: null, inReplyTo: null, references: [], attachments: [] })));
  for (const name of ['auto-submitted', 'reply-to', 'in-reply-to', 'references', 'list-unsubscribe'])
    assert.not.ok(headers.has(name), name);
  assert.is(headers.get('x-auto-response-suppress')?.[0], 'All');
  assert.match(headers.get('content-type')?.[0] ?? '', /^multipart\/alternative/);
  const bare = headersOf(await compose(mail({ to: { name: null, address: 'anne@example.com' } })));
  assert.is(bare.get('to')?.[0], 'anne@example.com');
});

const NAMES: [string, string?][] = [
  ['Name <other@evil.example>, x@y.example'],
  ['é <other@evil.example>, x@y.example'],
  ['"; drop" \\ (comment) [x]: a@b.example;'],
  ['Łódź Żółć, Łukasz'],
  ['株式会社 👩‍👩‍👧‍👦 🇫🇷'],
  ['Anne\r\nBcc: evil@evil.example\r\n\r\nbody', 'Anne Bcc: evil@evil.example body'],
  ['Anne\u0000\u2028\u202e\ud800nitraM', 'Anne \ufffdnitraM'],
  ['=?UTF-8?Q?=0D=0ABcc=3A_evil=40evil.example?=', '= ?UTF-8?Q?=0D=0ABcc=3A_evil=40evil.example?='],
  ['=?utf-8?B?PGV2aWxAZXZpbC5leGFtcGxlPiw=?= <x@evil.example>', '= ?utf-8?B?PGV2aWxAZXZpbC5leGFtcGxlPiw= ?= <x@evil.example>'],
  ['undisclosed: a@b.example, c@d.example;'],
  ['anne@example.com'],
  [' '],
];

test('a name is a name: one address in every header, whatever it contains', async () => {
  for (const [name, shown = name.trim()] of NAMES) {
    const box = (address: string) => ({ name, address });
    const raw = await compose(mail({ from: box('from@a.example'), to: box('to@b.example'), replyTo: box('reply@c.example') }));
    const headers = headersOf(raw);
    assert.equal([...headers.keys()].sort(), [...headersOf(await compose(mail())).keys()].sort(), name);
    const parsed = await PostalMime.parse(raw);
    assert.equal(one(parsed.from), { name: shown, address: 'from@a.example' }, name);
    assert.equal(parsed.to?.map(one), [{ name: shown, address: 'to@b.example' }], name);
    assert.equal(parsed.replyTo?.map(one), [{ name: shown, address: 'reply@c.example' }], name);
    assert.is(parsed.headers.filter((header) => header.key === 'bcc').length, 0);
  }
});

test('names and subjects are cut where they would be a nuisance', async () => {
  const long = 'Dupont 🦊 '.repeat(500);
  const parsed = await PostalMime.parse(await compose(mail({ subject: long, to: { name: long, address: 'to@b.example' } })));
  assert.ok((parsed.to?.[0]?.name ?? '').length < 150 && parsed.to?.[0]?.name?.endsWith('…'));
  assert.is(parsed.to?.[0]?.address, 'to@b.example');
  assert.ok((parsed.subject ?? '').length < 250 && parsed.subject?.endsWith('…'));
  assert.not.match(parsed.subject ?? '', /\ufffd/);
});

test('a subject is one line of text', async () => {
  for (const [name, shown = name.trim()] of NAMES) {
    const raw = await compose(mail({ subject: `${name} · x` }));
    assert.is((await PostalMime.parse(raw)).subject, `${shown} · x`.trim(), name);
    assert.not.ok(headersOf(raw).has('bcc'));
  }
});

test('what is no single address is refused', async () => {
  const bad = [
    '',
    'anne',
    'a@b.example, c@d.example',
    'a@b.example\r\nBcc: c@d.example',
    '<a@b.example>',
    'a b@c.example',
    'a@b@c.example',
    'a@[x]',
    'a@b..example',
    '"a@b.example"@c.example',
    'a\u200b@b.example',
    'a@b.example;',
    'a@intranet',
    `a@${'b.'.repeat(130)}example`,
  ];
  for (const address of bad) {
    assert.not.ok(isAddress(address));
    for (const part of ['from', 'to', 'replyTo'] as const) {
      const error = await compose(mail({ [part]: { name: 'x', address } })).then(
        () => null,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof Error && error.message === 'not an e-mail address', `${part}: ${address}`);
    }
  }
  for (const address of ['o’neil+é@exämple.example', "o'brien@x.example", 'a@localhost', 'a..b@c.example'])
    assert.ok(isAddress(address), address);
});

test('a thread names only Message-IDs', async () => {
  const references = ['a@b.example', 'x> <y@z', 'a\r\nBcc: c@d.example', '<c@d.example>', '', 'e@f.example'];
  assert.is(headersOf(await compose(mail({ references }))).get('references')?.[0], '<a@b.example> <e@f.example>');
  for (const part of ['messageId', 'inReplyTo'] as const) {
    const error = await compose(mail({ [part]: 'a@b>\r\nBcc: c@d' })).then(
      () => null,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Error && error.message === 'not a Message-ID');
  }
});

test('a file’s name stays in its header', async () => {
  for (const filename of ['Facture "é" ; x=y.pdf', 'a\r\nX-Evil: 1.pdf', '=?utf-8?Q?x?=.pdf', 'é'.repeat(80)]) {
    const raw = await compose(mail({ attachments: [{ filename, contentType: 'application/pdf', content: PDF }] }));
    const parsed = await PostalMime.parse(raw);
    assert.is(parsed.attachments.length, 1);
    assert.is(parsed.attachments[0]?.filename, filename.replace(/\s+/g, ' ').replace('=?', '= ?'));
    assert.not.match(raw.toString('latin1'), /^X-Evil/m);
  }
});

test('the same mail is the same bytes, and no text can hold its own boundary', async () => {
  assert.ok((await compose(mail())).equals(await compose(mail())));
  const boundary = (raw: Buffer) => /boundary="([^"]+)"/.exec(raw.toString('latin1'))?.[1] ?? '';
  const first = boundary(await compose(mail()));
  const text = `--${first}\n--${first}--\n`;
  const raw = await compose(mail({ text }));
  assert.is.not(boundary(raw), first);
  assert.is((await PostalMime.parse(raw)).text?.trimEnd(), text.trimEnd());
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contrast } from '../../shared/colour.ts';
import { LANGUAGES, type Language } from '../../shared/document.ts';
import { WORDS } from '../words.ts';
import { sizeOf } from './facts.ts';
import { decisionOf, documentOf, letterOf, LETTERS, newsOf, remindedOf } from './fixtures.ts';
import type { Letter, Written } from './letter.ts';
import { writeLetter } from './write.ts';

const flat = (text: string) => text.replace(/[\s\u202f]+/g, ' ').trim();
const count = (text: string, part: string) => text.split(part).length - 1;

/** The texts a reader sees, in order, as a browser would take them out of the HTML. */
function textsOf(html: string): string[] {
  const body = html.slice(html.indexOf('<body')).replace(/<div style="display:none.*?<\/div>/s, '');
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  const texts = body
    .replace(/<!--.*?-->/gs, '')
    .replace(/<\/?(span|b|a)\b[^>]*>/g, '')
    .split(/<[^>]*>/);
  return texts
    .map((text) => flat(text.replace(/&(\w+|#39);/g, (all, name: string) => entities[name] ?? all)))
    .filter((text) => text !== '');
}

/** Both parts as one line each; the marks that only stand in one of them are left out. */
function partsOf({ html, text }: Written): { html: string; text: string } {
  return { html: textsOf(html).join(' '), text: flat(text) };
}

function each(check: (letter: Letter, written: Written, language: Language) => void): void {
  for (const language of LANGUAGES)
    for (const [kind, side] of LETTERS) {
      const letter = letterOf(kind, side, language);
      check(letter, writeLetter(letter), language);
    }
}

test('a subject says who, which document and what happened, in the language of the reader', () => {
  const subjects = Object.fromEntries(
    LANGUAGES.map((language) => [language, LETTERS.map(([kind, side]) => writeLetter(letterOf(kind, side, language)).subject)]),
  );
  assert.equal(subjects, {
    fr: [
      'Dupont SARL · Devis D-2026-012',
      'Dupont SARL · Devis D-2026-012 : 2 nouveaux messages',
      'Dupont SARL · Devis D-2026-012 accepté',
      'Dupont SARL · Devis D-2026-012 toujours en attente',
      'Boulangerie du Pont · Devis D-2026-012 accepté',
      'Boulangerie du Pont · Devis D-2026-012 : 2 nouveaux messages',
      'Boulangerie du Pont · Devis D-2026-012 toujours en attente',
      'Dupont SARL · Facture F-2026-004 payée',
      'Boulangerie du Pont · Facture F-2026-004 payée',
      'Dupont SARL · Facture F-2026-004 : petit rappel',
      'Dupont SARL · Devis D-2026-012 valable jusqu’au 20 déc. 2026',
    ],
    en: [
      'Dupont SARL · Quote D-2026-012',
      'Dupont SARL · Quote D-2026-012: 2 new messages',
      'Dupont SARL · Quote D-2026-012 accepted',
      'Dupont SARL · Quote D-2026-012 still on hold',
      'Boulangerie du Pont · Quote D-2026-012 accepted',
      'Boulangerie du Pont · Quote D-2026-012: 2 new messages',
      'Boulangerie du Pont · Quote D-2026-012 still on hold',
      'Dupont SARL · Invoice F-2026-004 paid',
      'Boulangerie du Pont · Invoice F-2026-004 paid',
      'Dupont SARL · Invoice F-2026-004: a reminder',
      'Dupont SARL · Quote D-2026-012 valid until 20 Dec 2026',
    ],
  });
});

test('every fact is in both parts', () => {
  const dates = {
    quote: { fr: ['10 nov. 2026', '20 déc. 2026'], en: ['10 Nov 2026', '20 Dec 2026'] },
    invoice: { fr: ['10 nov. 2026', '10 déc. 2026'], en: ['10 Nov 2026', '10 Dec 2026'] },
  };
  const amounts = { fr: '2 962,80 €', en: '€2,962.80' };
  each((letter, written, language) => {
    const { kind, decision, messages, invitation, side, document, payment } = letter;
    // Those of the invoice stay out of news of its payment.
    const files = side === 'owner' || kind === 'payment' || kind === 'due' ? [] : letter.files;
    const shown = [...files, ...messages.flatMap((one) => one.files)];
    const facts = [
      WORDS[language].kinds[document.kind],
      document.number ?? '',
      amounts[language],
      ...(payment
        ? [language === 'fr' ? '24 nov. 2026' : '24 Nov 2026', WORDS[language].payment.methods.card]
        : dates[document.kind === 'invoice' ? 'invoice' : 'quote'][language]),
      ...(side === 'owner' ? [letter.client] : []),
      ...(decision ? [decision.name, ...(decision.reason ?? '').split('\n'), language === 'fr' ? '24 nov. 2026' : '24 Nov 2026'] : []),
      ...(invitation ? [...invitation.text.split(/\n+/), invitation.from] : []),
      ...messages.flatMap((one) => [one.name, ...one.text.split(/\n+/)]),
      ...(messages.length > 0 ? [language === 'fr' ? '23 nov. 2026 à 16:04' : '23 Nov 2026 at 16:04'] : []),
      ...(decision && letter.kind !== 'reminder' ? [language === 'fr' ? '24 nov. 2026 à 11:12' : '24 Nov 2026 at 11:12'] : []),
      ...(decision?.remindOn ? [language === 'fr' ? '1er déc. 2026' : '1 Dec 2026'] : []),
      ...(letter.kind === 'acknowledgement' ? [WORDS[language].document.revision(1), '04 72 00 00 00', 'bonjour@dupont.example'] : []),
      ...shown.flatMap((file) => [file.name, flat(sizeOf(file.bytes, language))]),
    ];
    const parts = partsOf(written);
    for (const fact of facts)
      for (const part of ['html', 'text'] as const)
        assert.ok(parts[part].includes(fact), `${letter.kind} ${side} ${language} ${part}: ${fact}`);
    for (const file of shown) {
      assert.ok(written.html.includes(`href="${file.url}"`), file.url);
      assert.ok(
        written.text.split('\n').some((line) => line.trim() === file.url),
        file.url,
      );
    }
  });
});

test('the text part says what the HTML says', () => {
  each((_letter, written, language) => {
    const { text } = partsOf(written);
    for (const one of textsOf(written.html)) {
      // In a column the label stands apart, and a button needs no words about copying.
      if (one === WORDS[language].mail.copy) continue;
      assert.ok(text.includes(one), one);
    }
  });
});

test('one button, and its address as text on a line of its own', () => {
  each((letter, written) => {
    const url = letter.kind === 'message' ? letter.talkUrl : letter.url;
    assert.is(count(written.html, '<a class="go"'), 1);
    assert.is(count(written.html, `href="${url}"`), 1);
    assert.equal(
      textsOf(written.html).filter((text) => text === url),
      [url],
    );
    assert.equal(
      written.text.split('\n').filter((line) => line === url),
      [url],
    );
  });
});

test('nothing is left untranslated, and nothing is missing', () => {
  for (const [kind, side] of LETTERS) {
    const own = [
      'Anne',
      'Martin',
      'Dupont',
      'Boulangerie',
      '-2026-',
      'https://',
      '.pdf',
      '.zip',
      '04 72',
      '@dupont.example',
      'Client',
      'Date',
    ];
    const theirs = letterOf(kind, side, 'fr');
    const written = [theirs.invitation?.text, theirs.decision?.reason, ...theirs.messages.map((one) => one.text)].join('\n').split(/\n+/);
    const english = new Set(textsOf(writeLetter(letterOf(kind, side, 'en')).html));
    const same = textsOf(writeLetter(theirs).html).filter((text) => english.has(text));
    for (const text of same) assert.ok(written.includes(text) || own.some((word) => text.includes(word)), `${kind} ${side}: ${text}`);
  }
  each((_letter, { subject, html, text }) => {
    for (const part of [subject, html, text]) assert.not.match(part, /undefined|null|NaN|\[object|=>/);
  });
});

test('nothing is loaded, nothing runs, and the language is said', () => {
  each((_letter, { html }, language) => {
    assert.not.match(html, /<(script|img|link|iframe|form|svg|object|video)\b|\bsrc=|url\(|@import|\son\w+=/i);
    for (const [, href] of html.matchAll(/href="([^"]*)"/g))
      assert.match(href ?? '', /^https:\/\/(docs\.dupont\.example|pay\.stripe\.com\/receipts)\//);
    assert.match(html, new RegExp(`<html lang="${language}">`));
    assert.match(html, new RegExp(`<div role="article"[^>]* lang="${language}"`));
    assert.match(html, /@media \(prefers-color-scheme: dark\)/);
    assert.ok(Buffer.byteLength(html) < 30_000, 'webmails cut what is larger than 100 kB');
    for (const [tag] of html.matchAll(/<table\b[^>]*>/g))
      assert.ok(tag.includes('role="presentation"') || tag.includes('class="facts"'), tag);
  });
});

test('the preheader says what matters most, and is not seen in the mail', () => {
  const preheader = (letter: Letter) =>
    flat(/<div\s+style="display:none[^>]*>([^<]*)/.exec(writeLetter(letter).html)?.[1] ?? '').replace(/[\u034f\u200c\s]+$/, '');
  assert.is(
    preheader(letterOf('invitation', 'client', 'fr')),
    'Total TTC : 2 962,80 € · Valable jusqu’au : 20 déc. 2026 · Bonjour Anne, Voici le devis convenu. Bonne journée',
  );
  assert.is(
    preheader(letterOf('decision', 'owner', 'en', { decision: decisionOf('refuse', { reason: 'Too late.' }) })),
    'Anne Martin refused quote D-2026-012 · €2,962.80 · Too late.',
  );
  assert.match(preheader(letterOf('message', 'owner', 'fr')), /^La pose peut se faire le lundi 7\. Cela vous convient/);
});

const NASTY = `</td><script>alert("1")</script> & 'é' "<b>" &amp; \${x} {{y}} <!--`;

test('whatever people typed stays text in the HTML', () => {
  const known = /^<(!DOCTYPE|!--\[if|!\[endif\]--|\/?(html|head|meta|title|style|body|div|table|tr|td|th|p|h1|b|a|span|br))$/;
  each((given, _written, language) => {
    const letter: Letter = {
      ...given,
      company: { ...given.company, name: NASTY },
      client: NASTY,
      document: { ...given.document, number: NASTY },
      files: given.files.map((file) => ({ ...file, name: NASTY })),
      decision: given.decision && { ...given.decision, name: NASTY, reason: NASTY },
      messages: given.messages.map((one) => ({
        ...one,
        name: NASTY,
        text: NASTY,
        files: one.files.map((file) => ({ ...file, name: NASTY })),
      })),
      invitation: given.invitation && { text: NASTY, from: NASTY },
      payment: given.payment && { ...given.payment, reason: given.payment.reason && NASTY },
    };
    const plain = writeLetter(given);
    const { html, text } = writeLetter(letter);
    for (const [tag] of html.matchAll(/<[^\s>]*/g)) assert.match(tag, known, `${given.kind} ${language}: ${tag}`);
    assert.is(count(html, '<td'), count(plain.html, '<td'));
    assert.is(count(html, '<a '), count(plain.html, '<a '));
    assert.is(count(html, '<!--'), count(plain.html, '<!--'));
    assert.ok(
      textsOf(html).some((one) => one.includes(NASTY)),
      'as it was typed',
    );
    assert.ok(flat(text).includes(NASTY));
  });
});

test('an accent that is no colour cannot write a style', () => {
  const company = { ...letterOf('decision', 'owner', 'fr').company, accent: 'red;}</style><script>' };
  assert.not.match(writeLetter(letterOf('decision', 'owner', 'fr', { company })).html, /red;|<script/);
});

test('only web addresses are linked', () => {
  const files = [{ name: 'a.pdf', bytes: 1, url: 'javascript:alert(1)' }];
  const { html, text } = writeLetter(letterOf('invitation', 'client', 'fr', { files }));
  assert.not.match(html + text, /javascript/);
  assert.ok(html.includes('a.pdf') && text.includes('a.pdf'));
  assert.throws(() => writeLetter(letterOf('invitation', 'client', 'fr', { url: 'javascript:alert(1)' })), /leads nowhere/);
  assert.ok(
    writeLetter(letterOf('invitation', 'client', 'fr', { url: 'https://a.example/?a=1&b="' })).html.includes(
      'href="https://a.example/?a=1&amp;b=%22"',
    ),
  );
});

test('a subject is one line of a sane length, and the document is never pushed out of it', () => {
  each((given) => {
    const name = `Dupont\r\nBcc: evil@example.com\u2028\u0000 ${'très longue raison sociale '.repeat(20)}`;
    const { subject } = writeLetter({ ...given, company: { ...given.company, name }, client: name });
    assert.not.match(subject, /[\r\n\u2028\u0000]/);
    assert.ok(subject.length <= 140 && subject.includes('… · ') && subject.includes(given.document.number ?? '?'), subject);
    const number = writeLetter({ ...given, document: { ...given.document, number: `X\r\n${'9'.repeat(500)}` } }).subject;
    assert.ok(number.length <= 140 && !/[\r\n]/.test(number) && number.endsWith('…'), number);
  });
});

test('what is to be paid on an invoice, what is credited, and no amount where there are no prices', () => {
  const invoice = documentOf('invoice', { number: 'F-2026-031', status: 'part_paid', due: 100050 });
  const { text } = writeLetter(letterOf('invitation', 'client', 'fr', { document: invoice }));
  assert.match(flat(text), /Facture : F-2026-031 Date : 10 nov. 2026 Échéance : 10 déc. 2026 Net à payer : 1 000,50 €/);
  assert.match(text, /Lire la facture :\nhttps/);
  assert.not.match(text, /accepter|2 962/);
  const credit = writeLetter(letterOf('invitation', 'client', 'en', { document: documentOf('credit_note') })).text;
  assert.match(credit, /Amount credited: €2,962\.80/);
  const delivery = documentOf('delivery', { due: null });
  delivery.content = { ...delivery.content, currency: null, totals: null };
  const bare = writeLetter(letterOf('invitation', 'client', 'fr', { document: delivery }));
  assert.not.match(bare.text + bare.html, /€|NaN|Total/);
  assert.is(bare.subject, 'Dupont SARL · Bon de livraison D-2026-012');
});

test('of a decision on another revision no amount is claimed', () => {
  const document = documentOf('quote', { revision: 3 });
  const { text } = writeLetter(letterOf('acknowledgement', 'client', 'fr', { document, decision: decisionOf('accept', { revision: 2 }) }));
  assert.match(text, /D-2026-012 · Révision 2/);
  assert.not.match(text, /€|Valable|Révision 3/);
});

test('a yes with reserves is never told as a plain one', () => {
  const document = documentOf('delivery', { number: 'BL-2026-007', status: 'accepted_with_reserves' });
  const decision = decisionOf('accept', { reserves: [{ line: 'l1', text: 'Tôle enfoncée' }] });
  const write = (kind: 'acknowledgement' | 'decision', language: Language) =>
    writeLetter(letterOf(kind, kind === 'decision' ? 'owner' : 'client', language, { document, decision }));
  assert.is(write('decision', 'fr').subject, 'Boulangerie du Pont · Bon de livraison BL-2026-007 accepté avec réserves');
  assert.is(write('acknowledgement', 'en').subject, 'Dupont SARL · Delivery note BL-2026-007 accepted with reservations');
  assert.ok(textsOf(write('decision', 'fr').html).includes('Anne Martin a accepté le bon de livraison BL-2026-007 avec réserves'));
  assert.match(
    flat(write('acknowledgement', 'fr').text),
    /Anne Martin a accepté le bon de livraison BL-2026-007 avec réserves, le 24 nov\. 2026/,
  );
});

test('a reminder after the last day of validity does not offer what cannot be done', () => {
  const document = documentOf('quote', { status: 'on_hold' });
  document.content.validUntil = '2026-11-30';
  const of = (side: 'client' | 'owner') => writeLetter(letterOf('reminder', side, 'fr', { document })).text;
  assert.match(flat(of('client')), /Sa validité est passée : .* demandez-en une nouvelle version à Dupont SARL\./);
  assert.not.match(of('client'), /Relire et décider|l’accepter/);
  assert.match(of('owner'), /émettez-en une révision/);
  document.content.validUntil = '2026-12-01';
  assert.match(of('client'), /Relire et décider/);
});

test('a message of nothing but files, and one person or several', () => {
  const [first, second] = letterOf('message', 'owner', 'fr').messages;
  if (!first || !second) throw new Error('no messages');
  const { subject, text, html } = writeLetter(letterOf('message', 'owner', 'fr', { messages: [{ ...second, text: '' }] }));
  assert.is(subject, 'Boulangerie du Pont · Devis D-2026-012 : nouveau message');
  assert.match(text, /Anne Martin vous a écrit\n/);
  assert.match(text, /16:04\n\n {2}Plan & coupe\.pdf \(421\sko\)\n {2}https/);
  assert.match(html, /Plan &amp; coupe\.pdf/);
  const both = writeLetter(letterOf('message', 'owner', 'fr', { messages: [first, { ...second, name: 'Paul Petit' }] }));
  assert.match(both.text, /Anne Martin et Paul Petit vous ont écrit\n/);
});

test('more than a mail can hold is counted, and read online', () => {
  const [one] = letterOf('message', 'client', 'fr').messages;
  if (!one) throw new Error('no message');
  const messages = Array.from({ length: 6 }, (_, i) => ({ ...one, text: `${i} ${'mot '.repeat(2400)}` }));
  const { html, text } = writeLetter(letterOf('message', 'client', 'fr', { messages }));
  assert.ok(Buffer.byteLength(html) < 90_000);
  for (const part of [html, text]) assert.match(part, /La suite est à lire en ligne\.[^]*Encore 2 messages, à lire en ligne\./);
});

const told = (side: 'client' | 'owner', language: Language, ...news: Parameters<typeof newsOf>) =>
  writeLetter(letterOf('payment', side, language, { payment: newsOf(...news) }));

test('of a payment it is said plainly what is left, that nothing is, or that it was too much', () => {
  const [part, whole, more] = [10_000, 0, -2000].map((due) => told('client', 'fr', 'received', { due }));
  if (!part || !whole || !more) throw new Error('three letters are expected');
  assert.is(part.subject, 'Dupont SARL · Facture F-2026-004 : paiement de 2 962,80 € reçu');
  assert.match(flat(part.text), /Il reste 100,00 € à payer sur la facture F-2026-004\. .* Reste à payer : 100,00 €/);
  assert.not.match(part.text, /payée/i);
  assert.match(
    flat(whole.text),
    /\[ Payée · 24 nov\. 2026 \] .*La facture F-2026-004 est entièrement payée : merci ! .* Reste à payer : 0,00 €/,
  );
  assert.is(more.subject, 'Dupont SARL · Facture F-2026-004 payée, avec 20,00 € de trop');
  assert.match(flat(more.text), /vous avez payé 20,00 € de trop\. .* Payé en trop : 20,00 €/);
  assert.match(flat(told('owner', 'en', 'received', { due: -2000 }).text), /paid in full, with €20\.00 too much\. .* Overpaid: €20\.00/);
});

test('what a mail about a payment says is what was so then: nothing of it moves with the document', () => {
  const payment = newsOf('received', { due: 10_000 });
  const then = letterOf('payment', 'client', 'fr', { payment });
  const later = { ...then, document: { ...then.document, status: 'cancelled' as const, paid: 5, credited: 7, due: 0 } };
  assert.equal(writeLetter(later), writeLetter(then));
});

test('every turn of a payment is told to each side, in both languages, with French blanks where they belong', () => {
  const turns = [
    ['reversed', { due: 296_280, reason: 'Wrong invoice' }],
    ['refunded', { amount: -296_280, due: 296_280 }],
    ['refund_failed', {}],
    ['disputed', { amount: -296_280, due: 296_280, reason: 'fraudulent' }],
    ['disputed', { amount: 0 }],
    ['dispute_won', {}],
    ['dispute_won', { amount: 0 }],
    ['dispute_lost', { amount: 0, due: 296_280 }],
    ['processing', { entry: null, method: 'sepa_debit', due: 296_280, receiptUrl: null }],
    ['failed', { entry: null, method: 'sepa_debit', due: 296_280, receiptUrl: null, reason: 'insufficient_funds' }],
  ] as const;
  const subjects = new Set<string>();
  for (const side of ['client', 'owner'] as const)
    for (const language of LANGUAGES)
      for (const [what, more] of turns) {
        const written = told(side, language, what, more);
        const both = `${written.subject}\n${written.text}`;
        subjects.add(written.subject);
        assert.not.match(both, /undefined|null|NaN|−| -\d|payée|thank you/, both);
        // Of the catalogue's older words none is here but those of labels and of the foot.
        const [above = ''] = written.text.split('\n-- ');
        const own = above.split('\n\n').filter((part) => !/^ {2}|https:/.test(part));
        if (language === 'fr') for (const part of own) assert.not.match(part, / [:;!?]/, part);
        // A bank's code is not for whom it is about; what the owner wrote is.
        assert.is(/fraudulent|insufficient_funds/.test(both), side === 'owner' && 'reason' in more && what !== 'reversed', both);
        assert.is(both.includes('Wrong invoice'), what === 'reversed');
      }
  assert.is(subjects.size, turns.length * 4);
  assert.match(flat(told('client', 'fr', 'failed', { due: 296_280 }).text), /n’a pas abouti .* Payer la facture : https:/);
  assert.match(flat(told('owner', 'fr', 'failed', { due: 296_280 }).text), /Lire la facture : https:/);
  assert.match(flat(told('client', 'en', 'processing').text), /takes a few days .* nothing else to do/);
  assert.not.match(told('client', 'en', 'processing', { due: 296_280 }).text, /left to pay/i);
  assert.not.match(told('client', 'en', 'refunded', { due: 296_280 }).text, /left to pay/i);
});

test('money that fits nothing is told to the owner alone, in its own currency', () => {
  const { text, subject } = told('owner', 'fr', 'unmatched', { entry: null, amount: 12_345, reason: 'CHF', receiptUrl: null });
  assert.is(subject, 'Boulangerie du Pont · Facture F-2026-004 : paiement à vérifier chez Stripe');
  assert.match(flat(text), /un paiement de 123,45 CHF qui ne correspond pas .* Rien n’a été inscrit ici\. .* Montant : 123,45 CHF/);
  assert.not.match(text, /Reste à payer|Motif/);
  assert.throws(() => told('client', 'fr', 'unmatched', { entry: null }), /company alone/);
  assert.throws(() => writeLetter(letterOf('payment', 'client', 'fr', { payment: null })), /needs news/);
});

test('of a payment in test mode it is said everywhere that no money moved', () => {
  const { subject, html, text } = told('client', 'fr', 'received', { test: true });
  assert.is(subject, 'Dupont SARL · Facture F-2026-004 payée (test)');
  for (const part of [html, text]) assert.match(flat(part), /Test : aucun argent n’a été transféré/);
});

test('the receipt is announced to whom it is attached, and Stripe’s own is linked as an address that can be read', () => {
  const attached = (receipt: Letter['receipt']) =>
    /joint à ce message/.test(flat(writeLetter(letterOf('payment', 'client', 'fr', { receipt })).text));
  const { document, payment } = letterOf('payment', 'client', 'fr');
  assert.equal([attached({ document, entry: payment?.entry ?? '', credited: 0 }), attached(null)], [true, false]);
  const { html, text } = told('client', 'fr', 'received');
  assert.match(html, /href="https:\/\/pay\.stripe\.com\/receipts\/payment\/CAcQARoX"[^>]*>Reçu de Stripe</);
  assert.match(text, /Reçu de Stripe :\nhttps:\/\/pay\.stripe\.com\/receipts\/payment\/CAcQARoX\n/);
  const odd = told('client', 'fr', 'received', { receiptUrl: 'javascript:alert(1)' });
  assert.not.match(odd.html + odd.text, /javascript/);
});

const reminding = (language: Language, more: Parameters<typeof remindedOf>[1] = {}, letter: Partial<Letter> = {}) =>
  writeLetter(letterOf('due', 'client', language, { reminder: remindedOf('due', more), ...letter }));

test('a reminder to pay becomes plainer each time, and never a threat', () => {
  const steps = [{ step: -2, today: '2026-12-08' }, { step: 0, today: '2026-12-10' }, {}, { nth: 2 }, { nth: 3 }, { nth: 6 }];
  const french = steps.map((step) => flat(reminding('fr', step).text));
  for (const [i, word] of [
    /est à payer pour le 10 déc\. 2026 : 2 962,80 €\. Si c’est déjà fait, merci/,
    /est à payer pour le 10 déc\. 2026/,
    /Sauf erreur, il reste 2 962,80 € à payer .* Son échéance était le 10 déc\. 2026\. Si vous avez payé entre-temps, merci/,
    /Un oubli est vite arrivé/,
    /Merci de la payer dès que vous le pouvez\. En cas de difficulté, parlez-en à Dupont SARL/,
    /Merci de la payer dès que vous le pouvez/,
  ].entries())
    assert.match(french[i] ?? '', word);
  for (const language of LANGUAGES)
    for (const step of steps)
      assert.not.match(
        reminding(language, step).text,
        /pénalit|huissier|tribunal|recouvrement|dernier|mise en demeure|penalt|court|collect|final|legal/i,
      );
});

test('a reminder says what was left when it was decided, and how to pay that', () => {
  const { company, document } = letterOf('due', 'client', 'fr');
  const payment = { iban: 'FR7630006000011234567890189', bic: 'AGRIFRPP', reference: null, accountName: 'Dupont SARL' };
  const transfer = { ...document, content: { ...document.content, payment } };
  const online = { ...company, online: { methods: ['card' as const], partial: false, test: false } };
  const part = flat(reminding('fr', { amount: 100_50 }, { document: { ...transfer, due: 0, status: 'paid' } }).text);
  assert.match(part, /il reste 100,50 € à payer .* Reste à payer : 100,50 € Vous pouvez payer par virement :/);
  assert.match(part, /IBAN : FR76 3000 6000 0112 3456 7890 189 BIC : AGRIFRPP Référence à rappeler : F-2026-004 Payer la facture : https:/);
  assert.not.match(part, /2 962/);
  assert.match(flat(reminding('fr', {}, { document: transfer, company: online }).text), /payer en ligne, .* ou par virement : Titulaire/);
  assert.match(flat(reminding('fr', {}, { company: online }).text), /payer en ligne, sur la page de la facture\. Payer la facture/);
  const bare = flat(reminding('fr').text);
  assert.match(bare, /Lire la facture : https:/);
  assert.not.match(bare, /virement|en ligne/);
});

test('a quote about to expire is told to be so, and what can be done', () => {
  const of = (nth: number, language: Language) =>
    flat(writeLetter(letterOf('expiring', 'client', language, { reminder: remindedOf('expiring', { nth }) })).text);
  assert.match(
    of(1, 'fr'),
    /est valable jusqu’au 20 déc\. 2026 inclus\. Vous pouvez l’accepter, .* plus de temps, demandez-le au même endroit\./,
  );
  assert.match(of(2, 'fr'), /n’est plus valable que jusqu’au 20 déc\. 2026/);
  assert.match(of(2, 'en'), /is only valid until 20 Dec 2026, that day included\./);
  assert.throws(() => writeLetter(letterOf('expiring', 'client', 'fr', { reminder: null })), /needs what it reminds of/);
});

test('reminders, and they alone, say how to get no more of them', () => {
  each((letter, written, language) => {
    const isReminder = letter.kind === 'due' || letter.kind === 'expiring';
    const { unsubscribe } = WORDS[language].mail.reminders;
    assert.is(written.text.split('\n').includes(letter.unsubscribeUrl ?? ' '), isReminder, letter.kind);
    assert.is(count(written.html, `href="${letter.unsubscribeUrl ?? ' '}"`), isReminder ? 1 : 0);
    for (const part of [written.html, written.text]) assert.is(part.includes(unsubscribe), isReminder);
  });
});

test('the foot says why it came, how to answer, and where to choose', () => {
  each((letter, written, language) => {
    const { mail, console: own } = WORDS[language];
    const closed = partsOf(writeLetter({ ...letter, repliable: false }));
    const open = partsOf(written);
    for (const part of ['html', 'text'] as const) {
      assert.ok(open[part].includes(mail.reply.byMail) && !open[part].includes(mail.reply.onPage));
      assert.ok(closed[part].includes(mail.reply.onPage) && !closed[part].includes(mail.reply.byMail));
      assert.is(open[part].includes(mail.choose(own.nav.settings)), letter.side === 'owner');
      assert.is(open[part].includes(mail.personalLink), letter.side === 'client');
    }
  });
});

test('every accent can be read, by day and by night', () => {
  for (const accent of ['#ffffff', '#000000', '#ffd400', '#1f6f5c', '#7f7f7f', '#ff0000']) {
    const company = { ...letterOf('decision', 'owner', 'fr').company, accent };
    const { html } = writeLetter(letterOf('decision', 'owner', 'fr', { company }));
    const button = /color:(#\w{6});background-color:(#\w{6});border-radius:8px/.exec(html);
    const night = /\.go \{\s*background-color: (#\w{6}) !important;\s*color: (#\w{6})/.exec(html);
    const amount = /font-size:22px;[^"]*;color:(#\w{6})/.exec(html);
    for (const [a, b] of [
      [button?.[1], button?.[2]],
      [night?.[1], night?.[2]],
      [night?.[1], '#25282f'],
      [amount?.[1], '#f5f4f1'],
    ])
      assert.ok(contrast(a ?? '', b ?? '') >= 4.5, `${accent}: ${a} on ${b}`);
  }
});

test('the text part keeps to lines that can be quoted, but for addresses', () => {
  each((_letter, { text }) => {
    for (const line of text.split('\n')) assert.ok(line.length <= 72 || /^\s*https:\S+$/.test(line), line);
    assert.not.match(text, /\n{3}|\r/);
  });
});

test('the same letter is the same mail', () => {
  each((letter, written) => assert.equal(writeLetter(structuredClone(letter)), written));
});

test.run();

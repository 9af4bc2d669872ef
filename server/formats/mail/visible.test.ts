import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { htmlToText } from './html.ts';
import { withoutSecrets } from './secrets.ts';
import { visible } from './visible.ts';

const QUOTE = '> Shall we begin on Monday?\n> Olive';
const HEAD_FR = 'De : Olive <o@example.com>\nEnvoyé : mardi 24 novembre 2026 10:12\nÀ : Anne\nObjet : Devis';
const HEAD_EN = 'From: Olive <o@example.com>\nSent: Tuesday, November 24, 2026 10:12 AM\nTo: Anne\nSubject: Quote';

/** Ways programs put what was said before under an answer; all are cut off. */
const QUOTES: [string, string][] = [
  ['Gmail, French', `Le mar. 24 nov. 2026 à 10:12, Olive <o@example.com> a écrit :\n\n${QUOTE}`],
  ['Gmail, French, wrapped', `Le mar. 24 nov. 2026 à 10:12, Olive Owner, la gérante de tout <\no@example.com> a\nécrit :\n\n${QUOTE}`],
  ['Gmail, English', `On Tue, Nov 24, 2026 at 10:12 AM Olive <o@example.com> wrote:\n\n${QUOTE}`],
  ['Gmail, English, wrapped', `On Tue, 24 Nov 2026 at 10:12, Olive Owner of the company <o@example.com>\nwrote:\n\n${QUOTE}`],
  ['Gmail, the old one', `2026-11-24 10:12 GMT+01:00 Olive <o@example.com>:\n\n${QUOTE}`],
  ['Apple Mail, French', `> Le 24 nov. 2026 à 10:12, Olive a écrit :\n> \n> Lundi ?`],
  ['Apple Mail, French, older', `Le 24 nov. 2026 à 10:12, Olive a écrit :\n\n> Lundi ?`],
  ['Apple Mail, English', `> On 24 Nov 2026, at 10:12, Olive <o@example.com> wrote:\n> \n> Monday?`],
  ['Thunderbird, French', `Le 24/11/2026 à 10:12, Olive a écrit :\n${QUOTE}`],
  ['Thunderbird, without a time', `Olive a écrit :\n${QUOTE}`],
  ['Thunderbird, English', `On 11/24/26 10:12 AM, Olive wrote:\n${QUOTE}`],
  ['Thunderbird, author first', `Olive a écrit le 24/11/2026 10:12 :\n${QUOTE}`],
  ['Outlook, French', HEAD_FR],
  ['Outlook, English', `${HEAD_EN}\n\nShall we begin on Monday?`],
  ['Outlook on the web', `________________________________\n${HEAD_FR}\n\nLundi ?`],
  ['Outlook on a phone', `Obtenir Outlook pour iOS<https://aka.ms/o0ukef>\n________________________________\n${HEAD_FR}\n\nLundi ?`],
  ['Outlook, the old one, French', `-----Message d'origine-----\nDe : Olive\n\nLundi ?`],
  ['Outlook, typographic apostrophe', `-----Message d’origine-----\nDe : Olive\n\nLundi ?`],
  ['Outlook, the old one, English', `-----Original Message-----\nFrom: Olive\n\nMonday?`],
  [
    'Outlook through Gmail, bold',
    `*De :* Olive <o@example.com>\n*Envoyé :* mardi 24 novembre 2026 10:12\n*À :* Anne\n*Objet :* Devis\n\nLundi ?`,
  ],
  ['Outlook on a Mac', `De : Olive <o@example.com>\nDate : mardi, 24 novembre 2026 à 10:12\nÀ : Anne\nObjet : Devis\n\nLundi ?`],
  ['Yahoo, French, unmarked', `Le mardi 24 novembre 2026 à 10:12:33 UTC+1, Olive <o@example.com> a écrit :  \n \n Lundi ?`],
  ['Yahoo, the old one', `--- En date de : Mar 24.11.26, Olive <o@example.com> a écrit :\n\nLundi ?`],
  ['Orange', `> Message du 24/11/26 10:12\n> De : "Olive" <o@example.com>\n> A : "Anne"\n> Objet : Devis\n> \n> Lundi ?`],
  [
    'Free, Zimbra',
    `----- Mail original -----\nDe: "Olive" <o@example.com>\nÀ: "Anne"\nEnvoyé: Mardi 24 Novembre 2026 10:12:45\nObjet: Devis\n\nLundi ?`,
  ],
  ['Free, Roundcube', `Le 2026-11-24 10:12, Olive a écrit :\n${QUOTE}`],
  ['SFR, La Poste', `----- Message d'origine -----\nDe : Olive\n\nLundi ?`],
  ['Proton, French', `Le mardi 24 novembre 2026 à 10:12, Olive <o@example.com> a écrit :\n\n${QUOTE}`],
  [
    'Proton, the old one',
    `------- Original Message -------\nLe mardi 24 novembre 2026 à 10:12, Olive <o@example.com> a écrit :\n\n${QUOTE}`,
  ],
  ['narrow no-break blanks', `Le 24 nov. 2026 à 10:12, Olive a écrit\u202f:\n${QUOTE}`],
  ['marks alone', `> one\n> two\n> three`],
  ['signature below the quote', `On 11/24/26 10:12 AM, Olive wrote:\n${QUOTE}\n\n-- \nAnne Martin\nAnne Ltd`],
  ['phone below the quote', `On 24 Nov 2026, at 10:12, Olive wrote:\n${QUOTE}\n\nSent from my iPhone`],
  [
    'a virus scanner below the quote',
    `Le 24/11/2026 à 10:12, Olive a écrit :\n${QUOTE}\n\nSans virus.www.avast.com <https://www.avast.com/sig>`,
  ],
];
for (const [name, quote] of QUOTES) {
  test(`cut: ${name}`, () => {
    assert.is(visible(`Yes.\n\nAnne\n\n${quote}`), 'Yes.\n\nAnne');
    assert.is(visible(`Yes.\r\n\r\n${quote.replaceAll('\n', '\r\n')}\r\n`), 'Yes.');
    assert.is(visible(quote), '', 'nothing above it');
  });
}

/** Endings of phones and programs, and signatures. */
const ENDINGS = [
  'Envoyé de mon iPhone',
  'Envoyé depuis mon smartphone Samsung Galaxy.',
  'Envoyé de mon téléphone',
  'Sent from my iPhone',
  'Sent from my Galaxy',
  'Obtenir Outlook pour iOS<https://aka.ms/o0ukef>',
  'Get Outlook for Android',
  'Télécharger Outlook pour Android',
  'Envoyé à partir de Outlook pour Android',
  'Sent from Outlook for iOS',
  'Envoyé depuis l’application Mail Orange',
  'Envoyé avec la messagerie sécurisée Proton Mail.',
  'Sent with Proton Mail secure email.',
  'Envoyé depuis Yahoo Mail pour iPhone',
  'Sent from Mail for Windows',
  'Provenance : Courrier pour Windows',
  '-- \nAnne Martin\nAnne Ltd',
  '-- \nAnne\n\nEnvoyé de mon iPhone',
];
for (const ending of ENDINGS) test(`cut: ${ending.replaceAll('\n', ' / ')}`, () => assert.is(visible(`Oui.\n\n${ending}\n`), 'Oui.'));

/** What looks like one of them and is a person's own: nothing is lost. */
const KEPT: [string, string][] = [
  ['answers between the lines', `On 11/24/26 10:12 AM, Olive wrote:\n> Monday?\nNo, Tuesday.\n> At nine?\nYes.`],
  ['an answer below', `Le 24/11/2026 à 10:12, Olive a écrit :\n${QUOTE}\n\nOui, lundi.`],
  ['an answer below and a signature', `Le 24/11/2026 à 10:12, Olive a écrit :\n${QUOTE}\n\nOui, lundi.\n\n--\nAnne`],
  ['an answer above and one below', `Bonjour,\n\nLe 24/11/2026 à 10:12, Olive a écrit :\n${QUOTE}\n\nOui, lundi.`],
  ['answers in red', `Voir mes réponses en rouge ci-dessous.\n\n${HEAD_FR}\n\nLundi ? Oui !`],
  ['answers inline', `Please see my comments below.\n\n${HEAD_EN}\n\nMonday? Yes!`],
  ['somebody is cited', `Le 3 mai, Paul a écrit :\nc’est trop cher.\nJe suis d’accord.`],
  ['a sentence with "wrote:"', `On 3 May I wrote:\nplease wait.`],
  ['a journey', `From: Lyon\nTo: Paris\nDate: 3 May\nplease.`],
  ['one arrow', `Two options:\n> the first\n> the second`],
  ['a rule of one’s own', `First\n\n________________________________\n\nSecond`],
  ['two dashes', `First\n--\nSecond`],
  ['a long text under a signature’s dashes', `First\n\n-- \n${Array.from({ length: 16 }, (_, i) => `line ${i}`).join('\n')}`],
  ['"sent by mail"', `Je vous l’ai\nenvoyé par mail hier.`],
  ['"sent from my office"', `Le colis est parti.\nEnvoyé depuis mon bureau hier soir.`],
  ['a phone’s line in the middle', `Oui.\nEnvoyé de mon iPhone\nP.-S. : et demain ?`],
  ['passed on', `Look:\n\n---------- Forwarded message ---------\n${HEAD_EN}\n\nNews.`],
  ['passed on, Apple', `Regardez :\n\nDébut du message réexpédié :\n\n> De: Paul\n> Objet: Prix\n> Date: 24 novembre 2026\n> \n> Voilà.`],
];
for (const [name, text] of KEPT) test(`kept: ${name}`, () => assert.is(visible(text), text.replace(/ +$/gm, '')));

test('what no message may have goes, lines stay', () => {
  assert.is(visible('a\u0000b\u202ec\r\nd \te\n\n\n\nf\u200b'), 'abc\nd \te\n\nf');
});

/** HTML, and the text of it. */
const HTML: [string, string, string][] = [
  ['lines', 'a<br>b<div>c</div>d<p>e</p><p>f</p>', 'a\nb\nc\nd\n\ne\n\nf'],
  ['blanks', '  a \n\t b&nbsp;&nbsp;c  <b> d</b> ', 'a b\u00a0\u00a0c d'],
  [
    'characters',
    '&lt;b&gt; &amp;amp; &eacute;&Ccedil;&oelig;&#233;&#x1F600; &bogus; &copy=1 &#0;&#xD800;',
    '<b> &amp; éÇœé😀 &bogus; &copy=1',
  ],
  ['lists and tables', '<ul><li>a<li>b</ul><table><tr><td>c</td><td>d</td></tr><tr><td>e</td></tr></table>', '- a\n- b\n\nc d\ne'],
  [
    'nothing unseen',
    '<head><title>t</title></head><style>s</style><script>x<"</script><p hidden>h</p><div style="display: none">n<div>m</div></div><!-- c -->a',
    'a',
  ],
  ['blanks that count', '<pre>a\n  b</pre>', 'a\n  b'],
  ['Outlook’s paragraphs', '<p class="MsoNormal">a<o:p></o:p></p><p class=MsoNormal>b</p>', 'a\nb'],
  [
    'addresses',
    '<a href="https://example.com/x">here</a> <a href="https://example.com/">example.com</a> <a href="mailto:a@b.c">a</a> <a href="javascript:alert(1)">b</a>',
    'here (https://example.com/x) example.com a b',
  ],
  [
    'a quote of Gmail',
    'Yes.<div class="gmail_quote"><div class="gmail_attr">Le mar. 24 nov. 2026 à 10:12, Olive a écrit :</div><blockquote class="gmail_quote">Lundi ?</blockquote></div>',
    'Yes.',
  ],
  [
    'answers inside of Gmail’s',
    '<div class="gmail_quote"><div class="gmail_attr">On Tue, Olive wrote:</div><blockquote class="gmail_quote">Monday?</blockquote>Yes.<blockquote class="gmail_quote">At nine?</blockquote>No.</div>',
    '> On Tue, Olive wrote:\n> Monday?\nYes.\n> At nine?\nNo.',
  ],
  [
    'a quote of Thunderbird in another language',
    'Yes.<div class="moz-cite-prefix">Am 24.11.26 schrieb Olive:</div><blockquote type="cite"><p>a</p><p>b</p></blockquote>',
    'Yes.',
  ],
  [
    'a quote of Apple Mail',
    'Yes.<br><blockquote type="cite"><div>On 24 Nov 2026, at 10:12, Olive wrote:</div><div>Monday?</div></blockquote>',
    'Yes.',
  ],
  ['a quote of Outlook', 'Yes.<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">Von: Olive</div>Montag?', 'Yes.'],
  ['a quote of Yahoo', 'Yes.<div class="yahoo_quoted"><div>On Tuesday, November 24, 2026, 10:12, Olive wrote:</div>Monday?</div>', 'Yes.'],
  [
    'an indented paragraph of one’s own',
    'Look:<blockquote style="margin:0 0 0 40px;border:none;padding:0px">a<br>b<br>c</blockquote>',
    'Look:\na\nb\nc',
  ],
  ['a signature of Gmail', 'Yes.<br><span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">Anne</div>', 'Yes.'],
  ['markup that never ends', 'a <b>b</b> <a href="x', 'a b'],
  ['signs that are no markup', '1 < 2 <3 > 2', '1 < 2 <3 > 2'],
];
for (const [name, html, text] of HTML) test(`HTML: ${name}`, () => assert.is(visible(htmlToText(html)), text));

test('what opens a page, or lets others write in somebody’s name, is not repeated', () => {
  const link = 'A-_'.padEnd(43, 'x');
  const token = 'q2'.padEnd(42, 'z');
  assert.is(
    withoutSecrets(
      `https://d.example.com/d/${link}/doc https://safe.example/?u=https%3A%2F%2Fd.example.com%2Fd%2F${link}&x=1 documents+${token}@example.com <r.${token}@example.com>`,
    ),
    'https://d.example.com/d/•••/doc https://safe.example/?u=https%3A%2F%2Fd.example.com%2Fd%2F•••&x=1 documents+•••@example.com <r.•••@example.com>',
  );
  assert.is(withoutSecrets('https://example.com/d/short and a+b@example.com'), 'https://example.com/d/short and a+b@example.com');
});

test('the work grows with the text, not with its square', () => {
  // Of the processor's time: others may be at work on this machine.
  const spent = (work: () => void) => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  for (const piece of ['> x\n\n', 'Le 1 a écrit :\n', 'From: x\n', '-- \n', 'On 12:00 <a@b> ', '____\n', ' \n'])
    assert.ok(spent(() => visible(piece.repeat(400_000 / piece.length))) < 2500, piece);
  for (const piece of ['<', '<blockquote>', '<p>x', '<td>', '<a href="', "<a x='", '&', '<a href="http://x.y/">l', '<!--'])
    assert.ok(spent(() => htmlToText(piece.repeat(400_000 / piece.length))) < 2500, piece);
});

test.run();

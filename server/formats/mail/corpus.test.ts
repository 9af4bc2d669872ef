import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { attachedTo } from './attached.ts';
import { automaticBy } from './automatic.ts';
import { replyTokens } from './conversation.ts';
import { readMail } from './read.ts';
import { mailFile, mailNames, rawMail } from './testing.ts';
import { writtenIn } from './visible.ts';

/** What each mail of the corpus says, and which files come with it. */
const WRITTEN: Record<string, { text: string; files?: string[] }> = {
  'outlook-desktop-fr.eml': {
    text: 'Bonjour,\n\nLe délai de livraison nous convient – pouvez-vous confirmer le 3 décembre ?\nLe budget est de 1 250,00 €.\n\nCordialement,\nAnne Martin',
  },
  'outlook-desktop-en-html.eml': {
    text: 'Good morning Olive,\n\nTwo points before we accept:\n1.\u00a0\u00a0 Is the café bar included?\n2.\u00a0\u00a0 Can we pay in £?\n\nMany thanks,\nAnne',
  },
  'outlook-web-fr.eml': { text: 'C’est d’accord pour nous 👍\n\nPeut-on ajouter une prise dans l’entrée ?' },
  'outlook-web-html.eml': { text: 'Please go ahead & send the order.\n\nAnne Martin\nAnne Ltd' },
  'outlook-ios-fr.eml': { text: 'Je regarde ce soir et je vous dis.' },
  'gmail-web-fr.eml': { text: 'Bonjour Olive,\n\nMerci pour le devis. La ligne « pose » est-elle obligatoire ?\n\nAnne' },
  'gmail-android-en-html.eml': { text: 'Looks good, thank you! 😀\n\nOne thing: could you split the delivery?' },
  'gmail-thread-en.eml': { text: 'Third time lucky: yes, Thursday at 9 works.' },
  'apple-mail-mac-fr.eml': { text: 'Bonjour,\n\nTrès bien. Je valide dès que le service achats m’a répondu.\n\nBien à vous,\nAnne' },
  'apple-mail-ios-en.eml': { text: 'Fine with me. Call me when you are on site.' },
  'iphone-photo-fr.eml': { text: 'Voici l’état du mur aujourd’hui :', files: ['IMG_2041.png'] },
  'thunderbird-fr-flowed.eml': {
    text: 'Bonjour,\n\nNous avons bien reçu le devis et il nous semble complet, à ceci près que la pose de la deuxième fenêtre n’y figure pas.',
  },
  'thunderbird-interleaved-en.eml': {
    text: `On 11/24/26 10:12 AM, Test company wrote:\n> Is the colour still right?\n\nYes, white.\n\n> And the second window?\n> https://documents.example.com/d/${'L'.repeat(43)}\n\nPlease leave it out.`,
  },
  'orange-webmail-fr.eml': { text: "Bonjour,\nje suis absente jusqu'à jeudi, je vous réponds vendredi.\nAnne Martin" },
  'free-zimbra-fr-latin1.eml': {
    text: 'Bonjour,\n\nEst-ce que le délai tient toujours ? Nous sommes pressés : le chantier commence à Noël.\n\nMerci !',
  },
  'yahoo-fr.eml': { text: "C'est noté, merci." },
  'proton-en.eml': { text: 'We accept on the page tomorrow.\n\nAnne' },
  'outlook-pdf-logo-fr.eml': {
    text: 'Bonjour,\n\nVeuillez trouver ci-joint le bon de commande signé.\n\nAnne Martin',
    files: ['Bon de commande signé.pdf'],
  },
  'gmail-pasted-picture.eml': { text: '', files: ['image.png'] },
  'program-attached.eml': { text: 'Please run this.', files: ['viewer.exe', 'notes.txt'] },
  'markup-and-emoji.eml': {
    text: 'Is <b>bold</b> & <script>alert(1)</script> fine? 👩‍🔧 5 < 6 > 4\n\n> my own arrow\n\nThanks ❤️',
  },
  'nothing-new.eml': { text: '' },
  'bottom-posted-en.eml': {
    text: 'On 24/11/2026 10:12, Test company wrote:\n> Shall we begin on Monday?\n\nYes, Monday at eight.\n\n--\nAnne',
  },
  'no-token.eml': { text: 'Which conversation is this about?' },
  'two-senders.eml': { text: 'I am two people.' },
  'two-from-headers.eml': { text: 'I am two people.' },
  'stranger-with-name.eml': { text: 'I only look like somebody.' },
};

const AUTOMATIC: Record<string, string> = {
  'auto-exchange-fr.eml': 'auto-submitted',
  'auto-exchange-old-en.eml': 'absence',
  'auto-gmail-vacation.eml': 'auto-submitted',
  'bounce-dsn.eml': 'auto-submitted',
  'read-receipt-mdn.eml': 'report',
  'mailing-list.eml': 'precedence',
};

const SENDERS: Record<string, string[]> = {
  'bounce-dsn.eml': ['MAILER-DAEMON@mail.example.net'],
  'two-senders.eml': ['anne@example.com', 'mallory@example.org'],
  'two-from-headers.eml': ['anne@example.com', 'mallory@example.org'],
  'stranger-with-name.eml': ['mallory@example.org'],
};

test('every mail of the corpus is in a table', () => {
  assert.equal(mailNames().sort(), [...Object.keys(WRITTEN), ...Object.keys(AUTOMATIC)].sort());
});

for (const [name, expected] of Object.entries(WRITTEN)) {
  test(`${name}: what was written, and the files`, async () => {
    const mail = await readMail(mailFile(name));
    assert.is(automaticBy(mail), null);
    const written = writtenIn(mail);
    assert.is(written.text, expected.text);
    assert.equal(
      attachedTo(mail, written).map((part) => part.name),
      expected.files ?? [],
    );
  });
}

for (const [name, sign] of Object.entries(AUTOMATIC)) {
  test(`${name} is a machine’s`, async () => assert.is(automaticBy(await readMail(mailFile(name))), sign));
}

test('who sends each of them, and the mail it answers', async () => {
  for (const name of mailNames()) {
    const mail = await readMail(mailFile(name));
    assert.equal(mail.from, SENDERS[name] ?? ['anne@example.com'], name);
    const tokens = replyTokens(mail);
    assert.is(tokens[0], name === 'no-token.eml' ? undefined : 'a'.repeat(42), name);
  }
});

test('of the parts of a mail, those a person sent', async () => {
  const t = 'a'.repeat(42);
  const part = (headers: string, body: string) => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
  const small = 'R0lGODlhAQABAAAAACw=';
  const files = async (text: string, ...parts: string[]) => {
    const head = ['From: anne@example.com', 'To: x@example.com', 'Content-Type: multipart/mixed; boundary=b'];
    const mail = await readMail(rawMail(head, `${part('Content-Type: text/html', text)}${parts.join('')}--b--`));
    return attachedTo(mail, writtenIn(mail)).map((one) => one.name);
  };
  const picture = (name: string, cid: string) =>
    part(
      `Content-Type: image/gif; name=${name}\r\nContent-ID: <${cid}>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64`,
      small,
    );
  const large = (name: string, cid: string) => picture(name, cid).replace(small, `${'A'.repeat(76)}\r\n`.repeat(800));
  const logo = 'Hello <img src="cid:l@x">';
  const quoted = '<blockquote type="cite">a<br>b<br>c <img src="cid:q@x"></blockquote>';
  assert.equal(await files(logo, picture('logo.gif', 'l@x')), [], 'a logo');
  assert.equal(await files('<img src="cid:l@x">', picture('only.gif', 'l@x')), ['only.gif'], 'a small picture and nothing else');
  assert.equal(await files(logo, large('pasted.gif', 'l@x')), ['pasted.gif'], 'a picture that was pasted');
  assert.equal(await files(`Hello${quoted}`, large('theirs.gif', 'q@x')), [], 'a picture of what is quoted');
  assert.equal(await files('Hello', picture('attached.gif', 'a@x')), ['attached.gif'], 'a small picture that was attached');
  const message = (id: string) => part('Content-Type: message/rfc822; name=m.eml', `Subject: x\r\nMessage-ID:\r\n ${id}\r\n\r\nhello`);
  assert.equal(await files('Hello', message('<other@x>'), message(`<r.${t}@x>`)), ['m.eml'], 'our own mail handed back');
  const seal = part('Content-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Disposition: attachment', 'x');
  assert.equal(
    await files(
      'Hello',
      seal,
      part('Content-Type: text/plain; name=empty.txt\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64', ''),
    ),
    [],
    'seals, nothing',
  );
});

test.run();

/**
 * How mail programs begin what they quote, in French and English, as tables. Every pattern is tried on one line without quotation
 * marks in front, blanks of all kinds made one plain blank, asterisks of bold type left out.
 */

/** "On … wrote:" of Gmail, Apple Mail, Thunderbird, Yahoo, Proton and most webmails; may be wrapped over three lines. */
export const ATTRIBUTIONS: readonly RegExp[] = [
  /^Le \S.{3,300}? (?:a|à) écrit ?:$/i,
  /^On \S.{3,300}? wrote ?:$/i,
  // Yahoo, the old one: --- En date de : Mar 24.11.26, X <x@y> a écrit :
  /^-+ ?(?:En date de|On) ?:? .{3,300} (?:a écrit|wrote) ?:$/i,
  // X a écrit le 24/11/2026 10:12 :
  /^\S.{0,200} (?:a écrit le|wrote on) .{5,100}\d ?:$/i,
  // 2026-11-24 10:12 GMT+01:00 X <x@y>:
  /^(?=.{0,80}\d{1,2}[:h]\d{2}).{3,300}<[^<>\s]+@[^<>\s]+> ?:$/i,
  // Orange: Message du 24/11/26 10:12
  /^Message du \d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},? (?:à )?\d{1,2}[:h]\d{2}$/i,
];
/** Says who wrote, not when: only together with quotation marks below. */
export const NAMELY = /^\S.{0,100} (?:a écrit|wrote) ?:$/i;
/** What a person who happens to write "Le 3 mai, Paul a écrit :" leaves out: the minute, or the address. */
export const EXACT = /\d{1,2} ?[:h.] ?\d{2}|<[^<>\s]+@[^<>\s]+>/;

/** "-----Message d'origine-----" of Outlook, Zimbra (Free), SFR, La Poste, Proton; nobody types that. */
export const SEPARATOR =
  /^-{2,} ?(?:Message d['’]origine|Message (?:original|initial)|(?:E-?mail|Mail|Courriel) (?:original|d['’]origine)|Original (?:Message|E-?mail)|Reply message) ?-{2,}$/i;

/** The head of a quoted mail, in any order: it begins with the sender and has a time and a subject. Outlook's line stands above it. */
export const HEAD_FROM = /^(?:De|From|Expéditeur) ?: ?\S/i;
export const HEAD_DATE = /^(?:Envoyé(?: le)?|Sent|Date) ?: ?\S/i;
export const HEAD_SUBJECT = /^(?:Objet|Sujet|Subject) ?:/i;
export const HEAD_LINES = 9;
export const RULE = /^[_\-–—*=]{5,}$/;

/** What is passed on is new to the reader, not quoted. */
export const FORWARDED =
  /^(?:-{2,} ?(?:Forwarded message|Message transféré|Message réexpédié|Message suivi)(?: ?-{2,}.*)?|(?:Begin forwarded message|Début du message (?:transféré|réexpédié)) ?:)$/i;

const DEVICE =
  'iPhone|iPad|iPod|Galaxy|Samsung|Android|Huawei|Honor|Xiaomi|Redmi|Pixel|smartphone|mobile|téléphone|portable|phone|tablette|tablet|BlackBerry';
const PROGRAM = 'Outlook|Yahoo|Mail|Courrier|Orange|SFR|Free|La Poste|Laposte|Proton ?Mail|Gmail|BlueMail|Spark|Thunderbird';

/** Lines that programs put under what a person wrote. */
export const FOOTERS: readonly RegExp[] = [
  new RegExp(`^(?:envoyé|sent) (?:de|depuis|à partir de|from) (?:mon|ma|my) (?:.{0,40}[ ])?(?:${DEVICE})(?![\\p{L}\\p{N}]).{0,40}$`, 'iu'),
  // In the case the programs write: "envoyé par mail" is what a person may say.
  new RegExp(
    `^(?:Envoyé|Sent) (?:à partir de|depuis|avec|de|from|with|via) (?:l['’]application |la messagerie (?:sécurisée )?|the )?\\[?(?:${PROGRAM})(?![\\p{L}\\p{N}]).{0,80}$`,
    'u',
  ),
  /^(?:Obtenir|Obtenez|Téléchargez?r?|Get|Download) (?:Outlook|Yahoo Mail|Proton Mail|BlueMail) (?:pour|for) .{0,120}$/i,
  /^Provenance : Courrier pour Windows.{0,20}$/i,
  /^(?:Garanti )?sans virus\. ?(?:www\.)?avast\.com.{0,60}$/i,
  /^Virus-free\. ?(?:www\.)?avast\.com.{0,60}$/i,
  /^(?:L['’]absence de virus dans ce courrier|Cet e-mail a été vérifié par|This e-?mail has been checked for viruses).{0,160}$/i,
];

/** Somebody says that their answers are inside of the quote, where an Outlook shows them by colour only. */
export const ANSWERS_INSIDE =
  /\b(?:voir|réponses?|répondu|réponds|commentaires?|remarques?|annotations?)\b.{0,60}(?:ci-dessous|plus bas|en (?:rouge|bleu|vert|gras|couleur)|dans (?:le corps|votre (?:mail|message|courriel|texte)|le (?:mail|message|texte)))|\b(?:see|answers?|comments?|repl(?:ies|ied|y)|responses?|responded)\b.{0,60}\b(?:below|inline|in-line|in line|in (?:red|blue|green|bold|colou?r))\b/iu;

/** A signature has so many lines at most; under a separator with more below it somebody went on writing. */
export const SIGNATURE_LINES = 15;
/** Quotation marks that nobody announced are a quote from so many lines on; fewer may be a person's own arrows. */
export const MARKED_LINES = 3;

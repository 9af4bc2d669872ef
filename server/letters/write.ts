import { oneLineOf } from '../../shared/text.ts';
import { htmlOf } from './layout.ts';
import { acknowledgement } from './kinds/acknowledgement.ts';
import { decision } from './kinds/decision.ts';
import { invitation } from './kinds/invitation.ts';
import { message } from './kinds/message.ts';
import { due } from './kinds/due.ts';
import { expiring } from './kinds/expiring.ts';
import { payment } from './kinds/payment.ts';
import { reminder } from './kinds/reminder.ts';
import type { Letter, Written } from './letter.ts';
import { shortened, type Outline } from './outline.ts';
import { textOf } from './text.ts';

const KINDS: { readonly [K in Letter['kind']]: (letter: Letter) => Outline } = {
  invitation,
  message,
  decision,
  acknowledgement,
  reminder,
  payment,
  due,
  expiring,
};

/** Characters: an inbox shows some 60 of a subject, so that the sender must not push the document out of it. */
const MAX_SENDER = 40;
const MAX_SUBJECT = 140;
/** What inboxes show beside it, at most. */
const MAX_PREHEADER = 160;

/**
 * A mail in words: subject, HTML and text, in the recipient's language. Depends on the letter alone: the same letter is the same
 * mail, whenever it is written. Throws when a decision is missing where the kind needs one, or when the page's address is no
 * web address.
 */
export function writeLetter(letter: Letter): Written {
  return writeOutline(KINDS[letter.kind](letter));
}

/** The same of a mail that is no letter about a document. */
export function writeOutline(drawn: Outline): Written {
  const subject = subjectOf(drawn);
  const outline = {
    ...drawn,
    lead: oneLineOf(drawn.lead ?? drawn.sender),
    heading: unparted(drawn.heading),
    preheader: shortened(oneLineOf(drawn.preheader), MAX_PREHEADER),
  };
  return { subject, html: htmlOf(outline, subject), text: textOf(outline) };
}

/** On one line, with the blanks that may not become a break: before a colon, within an amount. */
function unparted(text: string): string {
  const parts = text.split(/([\u00a0\u202f])/);
  return parts.map((part, i) => (i % 2 === 1 ? part : oneLineOf(part))).join('');
}

/** "Dupont SARL · Devis D-2026-012 accepté", on one line whatever names contain. */
function subjectOf({ sender, about }: Outline): string {
  return shortened(`${shortened(oneLineOf(sender), MAX_SENDER)} · ${oneLineOf(about)}`, MAX_SUBJECT);
}

import { oneLineOf } from '../../shared/text.ts';
import { htmlOf } from './layout.ts';
import { acknowledgement } from './kinds/acknowledgement.ts';
import { decision } from './kinds/decision.ts';
import { invitation } from './kinds/invitation.ts';
import { message } from './kinds/message.ts';
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
    heading: oneLineOf(drawn.heading),
    preheader: shortened(oneLineOf(drawn.preheader), MAX_PREHEADER),
  };
  return { subject, html: htmlOf(outline, subject), text: textOf(outline) };
}

/** "Dupont SARL · Devis D-2026-012 accepté", on one line whatever names contain. */
function subjectOf({ sender, about }: Outline): string {
  return shortened(`${shortened(oneLineOf(sender), MAX_SENDER)} · ${oneLineOf(about)}`, MAX_SUBJECT);
}

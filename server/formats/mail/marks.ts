/** Between the reading of HTML and the cutting of quotes: characters that no text has, since they are taken out of it first. */

/** A line of its own: from here on everything was said before. */
export const QUOTE_BEGINS = '\u0001';
/** Around the Content-ID of an embedded picture, at its place in the text. */
export const PICTURE_BEGINS = '\u0002';
export const PICTURE_ENDS = '\u0003';
/** The line above a signature (RFC 3676, 4.3). */
export const SIGNATURE = '-- ';

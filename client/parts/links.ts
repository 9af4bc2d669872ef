/** A piece of a message: plain text, or a link. Nothing here ever becomes HTML by itself. */
export type Piece = { text: string; href: string | null };

type Tokenizer = (text: string) => { v: string; isLink: boolean; toHref: (scheme?: string) => string }[];

const ALLOWED = /^(https?:|mailto:)/i;
/** What could be a link at all: only then is the tokenizer fetched. */
const PROMISING = /[^\s.]\.[a-z]{2}|@|:\/\//i;

let tokenizer: Tokenizer | null = null;

/** Fetches linkifyjs when one of the texts may hold a link. Resolves to true when it is there. */
export async function prepareLinks(texts: Iterable<string>): Promise<boolean> {
  if (tokenizer) return true;
  for (const text of texts) {
    if (!PROMISING.test(text)) continue;
    tokenizer = (await import('linkifyjs')).tokenize as Tokenizer;
    return true;
  }
  return false;
}

/** A text cut into plain pieces and http, https and mailto links. Everything is plain until `prepareLinks` has resolved. */
export function piecesOf(text: string): Piece[] {
  if (!tokenizer || !PROMISING.test(text)) return [{ text, href: null }];
  return tokenizer(text).map((token) => {
    const href = token.isLink ? token.toHref('https') : '';
    return { text: token.v, href: ALLOWED.test(href) ? href : null };
  });
}

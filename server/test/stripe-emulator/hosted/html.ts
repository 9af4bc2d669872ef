import { wordsOf, type Language } from './words.ts';

/** Text that is safe within an element and within a quoted attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A whole page around its content; the content is markup already. */
export function pageOf(language: Language, title: string, content: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="/_page.css">
</head>
<body>
<header class="emulated"><p id="emulated">${escaped(wordsOf(language).emulated)}</p></header>
<main>
${content}
</main>
</body>
</html>
`;
}

/** A hidden method's fields are there all the same where a browser does not know \`:has\`. */
export const STYLE = `
:root { color-scheme: light; font: 16px/1.5 system-ui, sans-serif; color: #1a1f36; background: #f6f8fa; }
body { margin: 0; }
main { max-width: 28rem; margin: 1rem auto; padding: 1.25rem; background: #fff; border: 1px solid #d5dbe1; border-radius: .75rem; box-sizing: border-box; }
.emulated p { margin: 0; }
.emulated { padding: .5rem 1rem; background: #ffe8a3; color: #3d2e00; text-align: center; font-weight: 600; }
h1 { font-size: 1.25rem; margin: .25rem 0 1rem; }
h2 { font-size: 1rem; margin: 1rem 0 .5rem; }
ul { list-style: none; margin: 0 0 .5rem; padding: 0; }
li, .total { display: flex; justify-content: space-between; gap: 1rem; margin: 0; }
.total { font-weight: 700; font-size: 1.125rem; border-top: 1px solid #d5dbe1; padding-top: .5rem; }
fieldset { border: 0; margin: 1rem 0; padding: 0; }
legend { font-weight: 600; padding: 0; }
label { display: block; margin-top: .75rem; }
label.choice { border: 1px solid #d5dbe1; border-radius: .5rem; padding: .625rem .75rem; margin-top: .5rem; }
label.choice:has(:checked) { border-color: #4f46e5; box-shadow: 0 0 0 1px #4f46e5; }
input:not([type=radio]) { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: .5rem .625rem; border: 1px solid #8792a2; border-radius: .5rem; }
.row { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
.hint { color: #545969; font-size: .875rem; margin: .25rem 0 0; }
.failure { background: #fde8e8; color: #8a1c1c; padding: .625rem .75rem; border-radius: .5rem; }
button { font: inherit; font-weight: 600; width: 100%; padding: .75rem; margin-top: 1rem; border: 0; border-radius: .5rem; background: #4338ca; color: #fff; cursor: pointer; }
button.second { background: #fff; color: #1a1f36; border: 1px solid #8792a2; }
a { color: #4338ca; display: inline-block; padding: .375rem 0; }
:focus-visible { outline: 3px solid #818cf8; outline-offset: 2px; }
form:has([value=card]:not(:checked)) .of-card { display: none; }
form:has([value=paypal]:not(:checked)) .of-paypal { display: none; }
form:has([value=sepa_debit]:not(:checked)) .of-sepa_debit { display: none; }
`;

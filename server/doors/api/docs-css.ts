/** The sheet of the page that describes the API. */
export const DOCS_CSS = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1b2330, #e8ebf0);
  --soft: light-dark(#566072, #a6b0c0);
  --line: light-dark(#d8dde6, #343c49);
  --page: light-dark(#ffffff, #14181f);
  --box: light-dark(#f3f5f8, #1d232d);
  --accent: light-dark(#1b51c9, #8fb2ff);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--page);
  color: var(--ink);
  font: 1rem/1.55 'Noto Sans', system-ui, sans-serif;
}
.skip { position: absolute; inset-inline-start: -100rem; }
.skip:focus { position: static; display: inline-block; padding: 0.75rem; }
.all { max-inline-size: 60rem; margin-inline: auto; padding: 1.5rem 1rem 4rem; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-block: 3rem 1rem; padding-block-start: 1rem; border-block-start: 2px solid var(--line); }
h3 { margin-block: 2.5rem 0.25rem; font-size: 1.0625rem; overflow-wrap: anywhere; }
h4 { margin-block: 1rem 0.25rem; font-size: 0.875rem; color: var(--soft); }
p { margin-block: 0.25rem 0.5rem; max-inline-size: 48rem; }
a { color: var(--accent); }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding-block: 0.625rem; }
code, pre { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.875em; overflow-wrap: anywhere; }
pre { margin: 0.25rem 0; padding: 0.75rem; border-radius: 0.375rem; background: var(--box); overflow-x: auto; }
.method { color: var(--accent); font-weight: 700; }
.type, .soft { color: var(--soft); font-size: 0.9375rem; }
.fields { margin: 0; padding-inline-start: 1rem; border-inline-start: 2px solid var(--line); list-style: none; }
.fields .fields { margin-block: 0.25rem; }
.fields li { padding-block: 0.1875rem; }
.needed { font-size: 0.8125rem; font-weight: 700; }
.codes { padding-inline-start: 1.25rem; }
`;

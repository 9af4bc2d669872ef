import type { Colours } from './colours.ts';

const FONT = 'font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif';
const TEXT = `${FONT};font-size:16px;line-height:24px`;
const WRAP = 'overflow-wrap:anywhere;word-wrap:break-word';

/** The style of each element, written into it: many readers drop the style sheet. Light; the sheet below has the dark ones. */
export function styles(c: Colours) {
  const text = `${TEXT};color:${c.ink}`;
  return {
    body: `margin:0;padding:0;width:100%;background-color:${c.desk};-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%`,
    hidden: 'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;mso-hide:all',
    desk: `width:100%;background-color:${c.desk}`,
    margin: 'padding:24px 12px',
    sheet: `width:100%;max-width:600px;margin:0 auto;background-color:${c.sheet};border-collapse:separate;border-top:4px solid ${c.accent};border-radius:6px`,
    pad: `${text};padding:28px 36px 32px;text-align:left;${WRAP}`,
    sender: `${FONT};margin:0 0 6px;font-size:16px;line-height:24px;color:${c.soft}`,
    heading: `${FONT};margin:0 0 20px;font-size:24px;line-height:30px;font-weight:700;letter-spacing:-0.01em;color:${c.ink}`,
    paragraph: `${text};margin:0 0 16px`,
    by: `${text};margin:0 0 20px;font-weight:600`,
    stampTable: 'margin:0 0 20px;border-collapse:separate',
    stamp: `${FONT};padding:5px 12px;font-size:15px;line-height:21px;font-weight:700;border-width:2px;border-style:solid;border-radius:6px`,
    tones: {
      good: `color:${c.good};border-color:${c.good}`,
      bad: `color:${c.bad};border-color:${c.bad}`,
      wait: `color:${c.wait};border-color:${c.wait}`,
    },
    facts: `width:100%;margin:4px 0 20px;border-collapse:separate;background-color:${c.sunken};border-radius:6px`,
    label: `${FONT};min-width:76px;padding:10px 8px 10px 16px;font-size:15px;line-height:22px;font-weight:400;text-align:left;vertical-align:baseline;color:${c.soft};border-top:1px solid ${c.line}`,
    value: `${FONT};padding:10px 16px 10px 8px;font-size:16px;line-height:22px;font-weight:600;text-align:right;vertical-align:baseline;color:${c.ink};border-top:1px solid ${c.line};${WRAP}`,
    long: `${text};padding:10px 16px;text-align:left;border-top:1px solid ${c.line};${WRAP}`,
    first: 'border-top:0',
    strong: `font-size:22px;line-height:28px;font-weight:700;color:${c.accent}`,
    message: `width:100%;margin:0 0 20px;border-collapse:separate`,
    messageCell: `${text};padding:2px 0 2px 16px;text-align:left;border-left:3px solid ${c.accent};${WRAP}`,
    author: `${text};margin:0 0 6px`,
    soft: `font-size:14px;color:${c.soft}`,
    last: 'margin-bottom:0',
    spaced: 'margin-bottom:20px',
    file: `${text};margin:0 0 8px`,
    link: `color:${c.accent};text-decoration:underline;${WRAP}`,
    buttonTable: 'margin:28px 0 20px;border-collapse:separate',
    buttonCell: `background-color:${c.accent};border-radius:8px;mso-padding-alt:14px 28px`,
    button: `${FONT};display:block;padding:14px 28px;font-size:17px;line-height:22px;font-weight:600;text-align:center;text-decoration:none;color:${c.accentInk};background-color:${c.accent};border-radius:8px`,
    copy: `${FONT};margin:0;font-size:14px;line-height:21px;color:${c.soft};${WRAP}`,
    address: `color:${c.ink};word-break:break-all`,
    footTable: 'width:100%;max-width:600px;margin:0 auto',
    foot: `${FONT};padding:20px 36px 8px;font-size:14px;line-height:21px;text-align:left;color:${c.soft};${WRAP}`,
    footLink: `color:${c.soft};text-decoration:underline`,
    footLine: `${FONT};margin:0 0 8px;font-size:14px;line-height:21px`,
  };
}

/** The narrow screen. A sheet of its own, like the next one: Gmail drops a sheet as a whole in which it meets what it does not know. */
export const NARROW = `
a { text-underline-offset: 0.15em; }
@media (max-width: 520px) {
  .margin { padding: 0 0 16px !important; }
  .sheet { border-radius: 0 !important; }
  .pad { padding: 24px 20px 28px !important; }
  .foot { padding: 20px 20px 8px !important; }
  .wide { width: 100% !important; }
  .strong { font-size: 19px !important; }
}
`;

/** Dark colours, for readers that keep a style sheet. `!important`, for they have to win over the elements' own. */
export function darkSheet(c: Colours): string {
  return `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .desk { background-color: ${c.desk} !important; }
  .sheet { background-color: ${c.sheet} !important; border-top-color: ${c.accent} !important; }
  .facts { background-color: ${c.sunken} !important; }
  .ink, h1 { color: ${c.ink} !important; }
  .soft { color: ${c.soft} !important; }
  .line { border-top-color: ${c.line} !important; }
  .bar { border-left-color: ${c.accent} !important; }
  .link, .strong { color: ${c.accent} !important; }
  .good { color: ${c.good} !important; border-color: ${c.good} !important; }
  .bad { color: ${c.bad} !important; border-color: ${c.bad} !important; }
  .wait { color: ${c.wait} !important; border-color: ${c.wait} !important; }
  .go { background-color: ${c.accent} !important; color: ${c.accentInk} !important; }
}
`;
}

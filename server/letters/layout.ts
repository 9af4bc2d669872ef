import { WORDS } from '../words.ts';
import { blockHtml, unbroken } from './blocks.ts';
import { coloursOf, type Colours } from './colours.ts';
import { html, webAddress, type Html } from './html.ts';
import type { Outline } from './outline.ts';
import { darkSheet, NARROW, styles } from './styles.ts';

/** Nothing else shows in an inbox after the preheader: blanks that have no width keep the body's first words out of it. */
const BLANKS = '\u034f\u200c\u00a0'.repeat(60);

/**
 * The HTML part, a whole document: tables and inline styles, as far as Outlook (Word), Gmail and Apple Mail have them in common;
 * the style sheets only add the narrow screen and dark colours. Throws when the button leads to no web address.
 */
export function htmlOf(outline: Outline, subject: string): string {
  const { light, dark } = coloursOf(outline.accent);
  const s = styles(light);
  const { language, preheader, lead, sender, heading, blocks, foot } = outline;
  const { markup } = html`<!DOCTYPE html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no" />
        <meta name="x-apple-disable-message-reformatting" />
        <title>${subject}</title>
        <style>
          ${NARROW}
        </style>
        <style>
          ${darkSheet(dark)}
        </style>
      </head>
      <body class="desk" style="${s.body}">
        <div style="${s.hidden}">${preheader}${BLANKS}</div>
        <div role="article" aria-roledescription="email" aria-label="${subject}" lang="${language}" dir="ltr">
          <table
            role="presentation"
            class="desk"
            width="100%"
            cellpadding="0"
            cellspacing="0"
            border="0"
            bgcolor="${light.desk}"
            style="${s.desk}"
          >
            <tr>
              <td class="margin" align="center" style="${s.margin}">
                ${MSO_OPEN}
                <table
                  role="presentation"
                  class="sheet"
                  width="100%"
                  cellpadding="0"
                  cellspacing="0"
                  border="0"
                  bgcolor="${light.sheet}"
                  style="${s.sheet}"
                >
                  <tr>
                    <td class="pad ink" align="left" style="${s.pad}">
                      <p class="soft" dir="auto" style="${s.sender}">${unbroken(lead ?? sender)}</p>
                      <h1 dir="auto" style="${s.heading}">${unbroken(heading)}</h1>
                      ${blocks.map((block) => blockHtml(block, s, language))} ${buttonHtml(outline, s, light)}
                    </td>
                  </tr>
                </table>
                ${MSO_CLOSE} ${MSO_OPEN}
                <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="${s.footTable}">
                  <tr>
                    <td class="foot soft" align="left" style="${s.foot}">
                      ${foot.map((line) => html`<p style="${s.footLine}">${line}</p>`)} ${unsubscribeHtml(outline, s)}
                    </td>
                  </tr>
                </table>
                ${MSO_CLOSE}
              </td>
            </tr>
          </table>
        </div>
      </body>
    </html> `;
  return markup;
}

/** Outlook on Windows knows no max-width: it gets a table of a fixed one around ours. */
const MSO_OPEN = html`<!--[if mso]><table role="presentation" align="center" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`;
const MSO_CLOSE = html`<!--[if mso]></td></tr></table><![endif]-->`;

function unsubscribeHtml({ unsubscribe }: Outline, s: ReturnType<typeof styles>): Html {
  const address = unsubscribe ? webAddress(unsubscribe.url) : null;
  if (!unsubscribe || address === null) return html``;
  return html`<p style="${s.footLine}"><a class="soft" href="${address}" style="${s.footLink}">${unsubscribe.label}</a></p>`;
}

function buttonHtml({ button, language }: Outline, s: ReturnType<typeof styles>, light: Colours): Html {
  const address = webAddress(button.url);
  if (address === null) throw new Error('the button of a mail leads nowhere');
  return html`<table role="presentation" class="wide" cellpadding="0" cellspacing="0" border="0" style="${s.buttonTable}">
      <tr>
        <td class="go" align="center" bgcolor="${light.accent}" style="${s.buttonCell}">
          <a class="go" href="${address}" style="${s.button}">${button.label}</a>
        </td>
      </tr>
    </table>
    <p class="soft" style="${s.copy}">${WORDS[language].mail.copy}<br /><span class="ink" style="${s.address}">${address}</span></p>`;
}

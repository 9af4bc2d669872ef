import type { Language } from '../../shared/document.ts';
import { sizeOf } from './facts.ts';
import { html, webAddress, type Html } from './html.ts';
import type { LetterFile } from './letter.ts';
import { paragraphsOf, type Block, type Fact } from './outline.ts';
import type { styles } from './styles.ts';

type Styles = ReturnType<typeof styles>;

/** One block of a mail. What people wrote keeps its lines and stays text: an address in it is no link of ours. */
export function blockHtml(block: Block, s: Styles, language: Language): Html {
  switch (block.is) {
    case 'text':
      return html`${block.paragraphs.map((paragraph) => html`<p class="ink" style="${s.paragraph}">${unbroken(paragraph)}</p> `)}`;
    case 'cover':
      return html`${prose(block.text, s)}
        <p class="ink" dir="auto" style="${s.by}">${block.by}</p>`;
    case 'message':
      return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="${s.message}">
        <tr>
          <td class="bar ink" align="left" style="${s.messageCell}">
            <p class="ink" style="${s.author}"><b>${block.by}</b> <span class="soft" style="${s.soft}">· ${block.at}</span></p>
            ${prose(block.text, s, block.files.length === 0)}${files(block.files, s, language, s.last)}
          </td>
        </tr>
      </table>`;
    case 'facts':
      return html`<table class="facts" width="100%" cellpadding="0" cellspacing="0" border="0" style="${s.facts}">
        ${block.facts.map((fact, i) => row(fact, s, i === 0))}
      </table>`;
    case 'files':
      return html`<p class="soft" style="${s.author};${s.soft}">${block.label}</p>
        ${files(block.files, s, language, s.spaced)}`;
    case 'link':
      return linkHtml(block, s);
    case 'stamp':
      return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="${s.stampTable}">
        <tr>
          <td class="${block.tone}" dir="auto" style="${s.stamp};${s.tones[block.tone]}">${parts(block.text)}</td>
        </tr>
      </table>`;
  }
}

/** What is no web address is only named. */
function linkHtml({ label, url }: Extract<Block, { is: 'link' }>, s: Styles): Html {
  const address = webAddress(url);
  const shown = address === null ? html`${label}` : html`<a class="link" href="${address}" style="${s.link}">${label}</a>`;
  return html`<p class="ink" style="${s.file};${s.spaced}">${shown}</p>`;
}

function row({ label, value, strong, long }: Fact, s: Styles, first: boolean): Html {
  const line = first ? `;${s.first}` : '';
  if (long)
    return html`<tr>
        <th scope="row" colspan="2" class="soft line" style="${s.label}${line};padding-bottom:0">${label}</th>
      </tr>
      <tr>
        <td colspan="2" class="ink" dir="auto" style="${s.long};border-top:0;padding-top:2px">${lines(value)}</td>
      </tr>`;
  return html`<tr>
    <th scope="row" class="soft line" style="${s.label}${line}">${label}</th>
    <td class="${strong ? 'strong' : 'ink'} line" align="right" style="${s.value}${line}${strong ? `;${s.strong}` : ''}">
      ${parts(value)}
    </td>
  </tr>`;
}

function prose(text: string, s: Styles, ends = false): Html {
  const all = paragraphsOf(text);
  return html`${all.map(
    (paragraph, i) =>
      html`<p class="ink" dir="auto" style="${s.paragraph}${ends && i === all.length - 1 ? `;${s.last}` : ''}">${broken(paragraph)}</p> `,
  )}`;
}

/** A fact of several lines, its paragraphs parted by an empty one. */
function lines(text: string): Html {
  return html`${paragraphsOf(text).map((paragraph, i) => html`${i === 0 ? '' : html`<br /><br />`}${broken(paragraph)}`)}`;
}

function broken(paragraph: string[]): Html {
  return html`${paragraph.map((line, i) => html`${i === 0 ? '' : html`<br />`}${line}`)}`;
}

/** `end`: the style of the last one. */
function files(all: LetterFile[], s: Styles, language: Language, end: string): Html {
  return html`${all.map(({ name, bytes, url }, i) => {
    const address = webAddress(url);
    const shown = address === null ? html`${name}` : html`<a class="link" href="${address}" style="${s.link}">${name}</a>`;
    return html`<p class="ink" style="${s.file}${i === all.length - 1 ? `;${end}` : ''}">
      ${shown} <span class="soft" style="${s.soft}">(${sizeOf(bytes, language)})</span>
    </p> `;
  })}`;
}

/** Our own words, in which a number such as D-2026-012 is not broken at its hyphens. */
export function unbroken(text: string): Html {
  return html`${text.split(/(\S*-\S*)/).map((part) => (part.includes('-') && /\d/.test(part) ? together(part) : html`${part}`))}`;
}

/** What is joined by ` · ` breaks there first. */
function parts(text: string): Html {
  return html`${text.split(' · ').map((part, i) => html`${i === 0 ? '' : ' · '}${together(part)}`)}`;
}

/** Characters that fit on one line of a phone, in the right-hand column too. */
const SHORT = 16;

function together(text: string): Html {
  return text.length > SHORT ? html`${text}` : html`<span style="white-space:nowrap">${text}</span>`;
}

import type { Role } from '../../../shared/company.ts';
import type { Instant, Language } from '../../../shared/document.ts';
import { dayOf } from '../../../shared/format.ts';
import type { CompanyView } from '../../../shared/view.ts';
import { WORDS } from '../../words.ts';
import type { Outline } from '../outline.ts';

/** All that a letter to somebody who is asked to join says. */
export interface Joining {
  name: string;
  email: string;
  role: Role;
  language: Language;
  expiresAt: Instant;
  company: CompanyView;
  /** Who asks. */
  from: string;
  /** The page behind the letter's own link. */
  url: string;
}

/** A company's owner asks a colleague to work in the console with them. */
export function joining({ name, email, role, language, expiresAt, company, from, url }: Joining): Outline {
  const words = WORDS[language].console.company;
  const m = words.joinMail;
  const until = dayOf(expiresAt, language, company.timeZone);
  return {
    language,
    accent: company.accent,
    about: m.about(from),
    sender: company.name,
    preheader: m.preheader(from, company.name),
    heading: m.heading(company.name),
    blocks: [
      { is: 'text', paragraphs: [m.hello(name), m.text(from, company.name), words.roleTexts[role]] },
      {
        is: 'facts',
        facts: [
          { label: m.address, value: email },
          { label: m.role, value: words.roles[role] },
          { label: m.until, value: until },
        ],
      },
    ],
    button: { label: m.button, url },
    foot: [m.personal, m.unexpected(company.name)],
  };
}

import { accentFor, inkOn } from '../../shared/colour.ts';

/** One scheme of a mail, in the colours of the pages (client/styles/tokens.css): mails know no custom properties. */
export interface Colours {
  desk: string;
  sheet: string;
  sunken: string;
  ink: string;
  soft: string;
  line: string;
  good: string;
  bad: string;
  wait: string;
  accent: string;
  accentInk: string;
}

const LIGHT = {
  desk: '#eceae6',
  sheet: '#ffffff',
  sunken: '#f5f4f1',
  ink: '#1c1d21',
  soft: '#55575f',
  line: '#dcdad5',
  good: '#12663f',
  bad: '#a3231c',
  wait: '#7d4a00',
};
const DARK = {
  desk: '#121316',
  sheet: '#1c1e23',
  sunken: '#25282f',
  ink: '#ecebe8',
  soft: '#a9abb3',
  line: '#3a3d46',
  good: '#6fd3a0',
  bad: '#ff9c92',
  wait: '#f2bd6a',
};

/** Both schemes, with the company's accent corrected until it can be read on the least contrasting surface of each. */
export function coloursOf(accent: string): { light: Colours; dark: Colours } {
  return { light: withAccent(LIGHT, LIGHT.desk, accent), dark: withAccent(DARK, DARK.sunken, accent) };
}

function withAccent(scheme: typeof LIGHT, ground: string, accent: string): Colours {
  const readable = accentFor(ground, accent);
  return { ...scheme, accent: readable, accentInk: inkOn(readable) };
}

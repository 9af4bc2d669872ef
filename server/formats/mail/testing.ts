import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** For tests: the mails of server/test/mails, written as the programs named write them. */
const FOLDER = join(import.meta.dirname, '../../test/mails');
const DEFAULTS = {
  FROM: 'anne@example.com',
  FROM_NAME: 'Anne Martin',
  TOKEN: 'a'.repeat(42),
  OTHER: 'b'.repeat(42),
  LINK: 'L'.repeat(43),
};

export type Places = Partial<typeof DEFAULTS>;

export function mailNames(): string[] {
  return readdirSync(FOLDER).filter((name) => name.endsWith('.eml'));
}

/** The bytes of one, with its places filled in. */
export function mailFile(name: string, places: Places = {}): Buffer {
  const values: Record<string, string> = { ...DEFAULTS, ...places };
  const raw = readFileSync(join(FOLDER, name)).toString('latin1');
  return Buffer.from(
    raw.replace(/\{\{(\w+)\}\}/g, (whole, place: string) => values[place] ?? whole),
    'latin1',
  );
}

/** A mail of our own making: headers as lines, then the body. */
export function rawMail(headers: string[], body = 'Hello'): Buffer {
  return Buffer.from([...headers, '', body].join('\r\n'));
}

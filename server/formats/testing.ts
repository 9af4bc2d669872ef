import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal, type Fault } from '../../shared/refusal.ts';
import { readXml, type ImportedDocument } from './index.ts';

/** For the tests of this folder: the sample documents beside the checkout, and short ways to read and refuse. */
const FOLDER = join(import.meta.dirname, '../../../shared/samples');

/** The paths of all samples; says so and gives none where the folder is missing. */
export function samples(): { name: string; text: string }[] {
  if (!existsSync(FOLDER)) {
    console.log('skipped: no samples beside the checkout (../shared/samples)');
    return [];
  }
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.xml'))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));
}

export function sample(name: string): string | null {
  const path = join(FOLDER, name);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  console.log(`left out: no sample ${name} beside the checkout`);
  return null;
}

export function read(text: string): ImportedDocument {
  return readXml(new TextEncoder().encode(text));
}

/** The refusal of a text; throws when it comes in. */
export function refusalOf(text: string): Refusal {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The rules a text fails, sorted; none when it comes in. */
export function rulesOf(text: string): string[] {
  return [...new Set(faultsOf(text).map((fault) => fault.rule))].sort();
}

export function faultsOf(text: string): Fault[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (error instanceof Refusal && error.code === 'en16931_failed') return error.faults;
    throw error;
  }
}

/** Replaces the first place a pattern is found, and fails where there is none: a mutation that changes nothing proves nothing. */
export function change(text: string, ...pairs: [string | RegExp, string][]): string {
  return pairs.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    if (after === before) throw new Error(`nothing to change: ${String(from)}`);
    return after;
  }, text);
}

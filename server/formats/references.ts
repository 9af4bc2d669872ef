import { KINDS, type Day, type Kind, type Reference } from '../../shared/document.ts';
import type { ImportedDocument } from './imported.ts';
import { lookup } from './lookup.ts';

/** An earlier document as a file names it. */
export interface Found {
  kind: Reference['kind'];
  number: string | null;
  uuid: string | null;
  date: Day | null;
}

export type LineReference = ImportedDocument['lineReferences'][number];

/** UNTDID 1001 codes of documents of ours, for references that say what they refer to by code. */
const BY_CODE: Readonly<Record<string, Kind>> = {
  '310': 'quote',
  '220': 'order',
  '231': 'order',
  '270': 'delivery',
  '351': 'delivery',
  '380': 'invoice',
  '384': 'invoice',
  '386': 'invoice',
  '389': 'invoice',
  '381': 'credit_note',
  '261': 'credit_note',
};

export function kindByCode(code: string | null): Reference['kind'] {
  return lookup(BY_CODE, code) ?? 'other';
}

/** References once each, in the order of the file, for display and for finding the deal they belong to. */
export function referencesOf(
  found: Found[],
  own: { kind: string; number: string | null },
): { shown: Reference[]; chain: ImportedDocument['references'] } {
  const known = new Map<string, Found & { number: string }>();
  for (const { number, ...rest } of found) {
    if (number === null || /^n\/?a$/i.test(number) || (rest.kind === own.kind && number === own.number)) continue;
    const key = `${rest.kind}|${number}`;
    const before = known.get(key);
    known.set(key, { number, kind: rest.kind, uuid: before?.uuid ?? rest.uuid, date: before?.date ?? rest.date });
  }
  const each = [...known.values()];
  return {
    shown: each.map(({ kind, number, date }) => ({ kind, number, date, document: null })),
    chain: each.flatMap(({ kind, number, uuid, date }) => (isKind(kind) ? [{ kind, number, uuid, date }] : [])),
  };
}

function isKind(kind: Reference['kind']): kind is Kind {
  return (KINDS as readonly string[]).includes(kind);
}

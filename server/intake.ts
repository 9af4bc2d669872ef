import { randomUUID } from 'node:crypto';
import { documentInput } from '../shared/document-input.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Warning } from '../shared/view.ts';
import type { Acting, Facts } from './commands/scope.ts';
import type { Em } from './db.ts';
import type { Execute } from './execute.ts';
import { readXml } from './formats/index.ts';
import { sha256 } from './secrets.ts';
import { dealOf } from './target.ts';
import { validate } from './validate.ts';
import { documentAnswer, type DocumentAnswer } from './views/answer.ts';
import { dealView } from './views/deal.ts';

/** How a document comes in, the same over the API and from the command line. */
export interface Intake {
  json(body: unknown, how: How): Promise<DocumentAnswer>;
  xml(bytes: Uint8Array, how: How): Promise<DocumentAnswer>;
  /** A document as the API answers it, or `not_found`. */
  answer(document: string, company: string): Promise<DocumentAnswer>;
}

export interface How {
  acting: Acting;
  issue: boolean;
  /** Repeats with the same key are the same command; null makes each call its own. */
  key: string | null;
}

const CAME_IN_BEFORE: Warning = { code: 'already_imported', detail: 'this very file came in before; nothing new was made' };
const NOTHING: Facts = { ip: null, userAgent: null, pdf: null };

export function createIntake(parts: { em: () => Em; execute: Execute; linkUrl: (link: string) => string }): Intake {
  async function answer(document: string, company: string): Promise<DocumentAnswer> {
    const deal = await dealOf(parts.em(), document, company);
    const view = deal === null ? null : await dealView(parts.em(), deal, 'owner');
    const shown = view?.documents.find((doc) => doc.id === document);
    if (!view || !shown) throw new Refusal('not_found');
    return documentAnswer(shown, view.deal, parts.linkUrl);
  }

  return {
    answer,
    async json(body, { acting, issue, key }) {
      // Checked here too, so that pointers begin at the body the sender wrote.
      const document = validate(documentInput, body);
      const done = await parts.execute({ name: 'createDocument', id: commandId(key), input: { document, issue }, acting, facts: NOTHING });
      return answer(String(done.result['document']), acting.company);
    },
    async xml(bytes, { acting, issue, key }) {
      const imported = readXml(bytes);
      const file = { sha256: sha256(bytes), mediaType: 'application/xml', bytes };
      const request = { name: 'importDocument' as const, id: commandId(key), input: { imported, file, issue }, acting, facts: NOTHING };
      const { result } = await parts.execute(request);
      const made = await answer(String(result['document']), acting.company);
      return result['again'] === true ? { ...made, warnings: [...made.warnings, CAME_IN_BEFORE] } : made;
    },
  };
}

/** A UUID for an idempotency key of any form (RFC 9562, version 8), or a fresh one. */
export function commandId(key: string | null): string {
  if (key === null) return randomUUID();
  const hex = sha256(`key:${key}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

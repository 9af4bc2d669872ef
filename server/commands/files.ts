import type { CommandInputs } from '../../shared/commands.ts';
import { DOCUMENT_FILES_COUNT, DOCUMENT_FILES_MAX } from '../../shared/files.ts';
import { Refusal } from '../../shared/refusal.ts';
import { FileSchema, type File } from '../entities/index.ts';
import { fileView } from '../model/document-view.ts';
import { findDocument, findIssued } from '../model/find.ts';
import type { LoadedDeal } from '../model/loaded.ts';
import type { Acting, DealScope, Result } from './scope.ts';

/** A file whose bytes are in the storage already. Only our own doors say so: its hash is not the sender's to choose. */
export interface AttachInput {
  document: string;
  /** Kept back until a message takes it along; else it belongs to the document. */
  forMessage: boolean;
  /** `id` is the upload's own: the same upload again is the same file. */
  file: { id: string; name: string; mediaType: string; bytes: number; sha256: string };
}

/** A file on a document, or for a message that is being written. */
export function attachFile(scope: DealScope, input: AttachInput): Result {
  const { loaded, side, now } = scope;
  const document = input.forMessage || side === 'client' ? findIssued(loaded, input.document) : findDocument(loaded, input.document);
  if (side === 'client' && !input.forMessage) throw new Refusal('forbidden');
  const before = loaded.files.find((one) => one.id === input.file.id);
  if (before) return again(scope, input, before);
  const beside = loaded.files.filter((one) => one.document === document.id);
  const bytes = beside.reduce((sum, one) => sum + one.bytes, 0);
  if (beside.length >= DOCUMENT_FILES_COUNT || bytes + input.file.bytes > DOCUMENT_FILES_MAX)
    throw new Refusal('document_full', {
      detail: `at most ${DOCUMENT_FILES_COUNT} files and ${DOCUMENT_FILES_MAX} bytes on one document`,
      data: { files: beside.length, used: bytes, count: DOCUMENT_FILES_COUNT, limit: DOCUMENT_FILES_MAX },
    });
  scope.room(input.file.bytes);
  const file = scope.add(FileSchema, {
    ...input.file,
    company: loaded.company.id,
    deal: loaded.deal.id,
    document: document.id,
    message: null,
    waiting: input.forMessage,
    side,
    uploader: uploaderOf(scope.acting),
    by: scope.actor().name,
    position: nextPosition(loaded),
    at: now,
  });
  loaded.files.push(file);
  if (!input.forMessage) {
    document.updatedAt = now;
    // Nobody on the client's side hears of a draft.
    scope.say('file.attached', document.id, { file: fileView(file) }, document.status === 'draft' ? 'owner' : undefined);
  }
  return { file: fileView(file) };
}

/** The same upload by another way of the same sender, such as another link of a contact, which remembers nothing of the first. */
function again(scope: DealScope, { document, forMessage, file }: AttachInput, before: File): Result {
  const same =
    before.uploader === uploaderOf(scope.acting) &&
    before.document === document &&
    forMessage === (before.waiting || before.message !== null) &&
    before.sha256 === file.sha256 &&
    before.name === file.name;
  if (!same) throw new Refusal('id_reused');
  return { file: fileView(before) };
}

/** The owner takes a file off a document again. What came with a message stays: it was said. */
export function removeFile(scope: DealScope, input: CommandInputs['removeFile']): Result {
  const { loaded } = scope;
  const document = findDocument(loaded, input.document);
  const file = loaded.files.find((one) => one.id === input.file && one.document === document.id && !one.waiting && one.message === null);
  if (!file) throw new Refusal('not_found');
  scope.room(-file.bytes);
  scope.remove(file);
  loaded.files = loaded.files.filter((one) => one !== file);
  document.updatedAt = scope.now;
  scope.say('file.removed', document.id, { file: file.id, name: file.name }, document.status === 'draft' ? 'owner' : undefined);
  return { file: file.id };
}

/** The uploads a message takes along, in the order given. Throws Refusal for any that is not this sender's own for this document. */
export function takeFiles(scope: DealScope, document: string, ids: string[], message: string, by: string): File[] {
  const first = nextPosition(scope.loaded);
  return [...new Set(ids)].map((id, i) => {
    const file = scope.loaded.files.find((one) => one.id === id && one.waiting && one.document === document);
    if (!file || file.uploader !== uploaderOf(scope.acting))
      throw new Refusal('invalid_input', {
        faults: [{ pointer: `/files/${i}`, rule: 'unknown_file', detail: 'no file of this id waits for a message of this sender' }],
      });
    file.waiting = false;
    file.message = message;
    file.by = by;
    // In the order of the message, not of the uploads.
    file.position = first + i;
    return file;
  });
}

/** After all there are: some may have been taken off. */
function nextPosition({ files }: LoadedDeal): number {
  return Math.max(-1, ...files.map((one) => one.position)) + 1;
}

/**
 * Whose a file is while it waits for a message. A contact is one uploader through all their links: what they are writing belongs to the
 * deal, and goes out through the link that is open when it is sent. So is, within a deal, whoever holds a link made for nobody in
 * particular: only who uploaded a file knows its id. A user is one in the console and over the API.
 */
export function uploaderOf(acting: Acting): string {
  if (acting.as === 'link') return acting.contact === null ? 'link' : `contact:${acting.contact}`;
  return acting.as === 'user' ? `user:${acting.user}` : 'system';
}

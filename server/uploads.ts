import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { mayAct } from '../shared/company.ts';
import { COMPANY_FILES_MAX, DOCUMENT_FILES_COUNT, DOCUMENT_FILES_MAX, FILE_MAX } from '../shared/files.ts';
import type { Language } from '../shared/document.ts';
import { Refusal } from '../shared/refusal.ts';
import type { FileView } from '../shared/view.ts';
import { uploaderOf } from './commands/files.ts';
import type { ActingLink, ActingUser, Facts } from './commands/scope.ts';
import type { Em } from './db.ts';
import { UserSchema } from './entities/index.ts';
import type { Execute } from './execute.ts';
import { HEAD_BYTES, kindOf, shownName } from './outside/file-kind.ts';
import type { FileStorage } from './outside/storage.ts';
import { dealOf } from './target.ts';

/** A file on its way in. */
export interface Upload {
  /** A UUID of the sender's: the same upload again is the same file, other bytes under the same id are refused. */
  id: string;
  document: string;
  /** Kept back until a message takes it along; else it belongs to the document. */
  forMessage: boolean;
  /** As given by the sender. */
  name: string;
  acting: ActingUser | ActingLink;
  facts: Facts;
}

/** How a file comes in, the same through every door. */
export interface Uploads {
  /**
   * Reads the bytes, keeps them and attaches the file. What can be refused is refused before they are read, or before they are kept;
   * the stream is then destroyed. Throws Refusal.
   */
  take(upload: Upload, bytes: Readable): Promise<FileView>;
  /** Gives up files of this sender that still wait for a message. */
  drop(document: string, files: string[], acting: ActingUser | ActingLink): Promise<void>;
}

/** What a nameless file is called. */
const NAMELESS: { readonly [L in Language]: string } = { fr: 'fichier', en: 'file' };

export function createUploads(parts: { storage: FileStorage; execute: Execute; em: () => Em; logger: Logger }): Uploads {
  async function take(upload: Upload, bytes: Readable): Promise<FileView> {
    const { id, document, forMessage, acting, facts } = upload;
    const room = await look(parts.em(), upload);
    const name = shownName(upload.name, NAMELESS[room.language]);
    const { head, whole } = await peek(bytes);
    const mediaType = await kindOf(head, name);
    const limit = Math.min(FILE_MAX, room.document, room.company);
    const stored = await parts.storage
      .put(whole, limit, async ({ sha256 }) => {
        if (room.before !== null && room.before !== sha256) throw new Refusal('id_reused');
      })
      .catch((error: unknown) => {
        if (!(error instanceof Refusal && error.code === 'too_large') || limit === FILE_MAX) throw error;
        throw limit === room.document ? documentFull(room) : companyFull();
      });
    const file = { id, name, mediaType, ...stored };
    const done = await parts.execute({ name: 'attachFile', id, input: { document, forMessage, file }, acting, facts });
    return done.result['file'] as FileView;
  }

  return {
    async take(upload, bytes) {
      try {
        return await take(upload, bytes);
      } catch (error) {
        if (error instanceof Refusal && error.code === 'storage_full') parts.logger.error('the storage of files has no room');
        throw error;
      } finally {
        bytes.on('error', () => {}).destroy();
      }
    },
    async drop(document, files, acting) {
      const deal = await dealOf(parts.em(), document, acting.company);
      if (deal !== null && files.length > 0) await dropWaiting(parts.em(), deal, { files, uploader: uploaderOf(acting) });
    },
  };
}

/** What is known before a byte is read: whether the sender may at all, and how much room there is. The command checks it all again. */
async function look(em: Em, { id, document, forMessage, acting }: Upload) {
  const [found] = await em.execute<{ deal_id: string; status: string; language: Language; file_bytes: string }[]>(
    `select d.deal_id, d.status, c.language, c.file_bytes from documents d join companies c on c.id = d.company_id
     where d.id = ? and d.company_id = ?`,
    [document, acting.company],
  );
  const client = acting.as === 'link';
  if (acting.as === 'user') await checkRole(em, acting);
  if (!found || (client && acting.deal !== found.deal_id)) throw new Refusal('not_found');
  if (found.status === 'draft' && (client || forMessage)) throw new Refusal('not_found');
  if (client && !forMessage) throw new Refusal('forbidden');
  const [before] = await em.execute<{ document_id: string; uploader: string; sha256: string }[]>(
    'select document_id, uploader, sha256 from files where id = ?',
    [id],
  );
  if (before && (before.document_id !== document || before.uploader !== uploaderOf(acting))) throw new Refusal('id_reused');
  const [beside] = await em.execute<{ files: number; bytes: number }[]>(
    'select count(*)::int as files, coalesce(sum(bytes), 0)::float8 as bytes from files where document_id = ?',
    [document],
  );
  const { files, bytes } = beside ?? { files: 0, bytes: 0 };
  const room = {
    language: found.language,
    /** What this very upload brought before, null when it is new. */
    before: before?.sha256 ?? null,
    files,
    used: bytes,
    /** Bytes left; the same upload again takes none. */
    document: before ? FILE_MAX : DOCUMENT_FILES_MAX - bytes,
    company: before ? FILE_MAX : COMPANY_FILES_MAX - Number(found.file_bytes),
  };
  if (!before && (files >= DOCUMENT_FILES_COUNT || room.document <= 0)) throw documentFull(room);
  if (room.company <= 0) throw companyFull();
  return room;
}

/** Nothing is read from whoever may only look. */
async function checkRole(em: Em, { user, company }: ActingUser): Promise<void> {
  const found = await em.findOne(UserSchema, { id: user, company, removedAt: null });
  if (!found || !mayAct(found.role, 'member')) throw new Refusal('forbidden');
}

function documentFull({ files, used }: { files: number; used: number }): Refusal {
  return new Refusal('document_full', { data: { files, used, count: DOCUMENT_FILES_COUNT, limit: DOCUMENT_FILES_MAX } });
}

function companyFull(): Refusal {
  return new Refusal('company_full', { data: { limit: COMPANY_FILES_MAX } });
}

/** The beginning of a stream, and the whole of it. */
async function peek(bytes: Readable): Promise<{ head: Uint8Array; whole: AsyncIterable<Uint8Array> }> {
  const source = bytes[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const chunks: Uint8Array[] = [];
  let ended = false;
  try {
    for (let size = 0; size < HEAD_BYTES && !ended;) {
      const next = await source.next();
      ended = next.done === true;
      if (next.done) break;
      chunks.push(next.value);
      size += next.value.byteLength;
    }
  } catch {
    throw new Refusal('upload_broken');
  }
  async function* whole() {
    yield* chunks;
    if (!ended) yield* { [Symbol.asyncIterator]: () => source };
  }
  return { head: Buffer.concat(chunks).subarray(0, HEAD_BYTES), whole: whole() };
}

/**
 * Takes away files of a deal that wait for a message, and gives their room back: those of one sender, or those from before a time.
 * Returns how many. Their bytes go when the storage is tidied up.
 */
export async function dropWaiting(em: Em, deal: string, which: { before: Date } | { files: string[]; uploader: string }): Promise<number> {
  return em.transactional(async (tx) => {
    // The locks of a command, in a command's order: no message takes along what is going.
    await tx.execute('select 1 from deals where id = ? for update', [deal]);
    const [condition, values] =
      'before' in which
        ? ['at < ?', [which.before]]
        : [`uploader = ? and id in (${which.files.map(() => '?').join(', ')})`, [which.uploader, ...which.files]];
    const gone = await tx.execute<{ company_id: string; bytes: number }[]>(
      `delete from files where deal_id = ? and waiting and ${condition} returning company_id, bytes`,
      [deal, ...values],
    );
    const [first] = gone;
    if (first)
      await tx.execute('update companies set file_bytes = file_bytes - ? where id = ?', [
        gone.reduce((sum, one) => sum + one.bytes, 0),
        first.company_id,
      ]);
    return gone.length;
  });
}

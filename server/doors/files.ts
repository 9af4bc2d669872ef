import { Readable } from 'node:stream';
import type { Context } from 'koa';
import * as v from 'valibot';
import { DOCUMENT_FILES_MAX, FILE_MAX, isViewable, MESSAGE_FILES_COUNT } from '../../shared/files.ts';
import { Refusal } from '../../shared/refusal.ts';
import * as s from '../../shared/schema.ts';
import type { FileView } from '../../shared/view.ts';
import { uploaderOf } from '../commands/files.ts';
import type { ActingLink, ActingUser } from '../commands/scope.ts';
import type { Em } from '../db.ts';
import { DocumentSchema, FileSchema, type File } from '../entities/index.ts';
import { commandId } from '../intake.ts';
import { contentDisposition } from '../outside/pdf/filename.ts';
import { timed, type Times } from './body.ts';
import { readMultipart } from './multipart.ts';
import type { DoorParts } from './parts.ts';

/** Where an upload goes, and who sends it. */
export interface UploadTarget {
  document: string;
  forMessage: boolean;
  acting: ActingUser | ActingLink;
}

/** A line from afar needs its time; one that has died does not. */
const UPLOAD_TIMES: Times = { silent: 60_000, whole: 3_600_000 };
/** What an upload must bring: a kilobyte a second, over a minute. */
const PACE = { bytes: 60_000, ms: 60_000 };
/** What a form may have beside its files, in bytes. */
const FORM_BYTES = 200_000;
/** Types that are said of a download, so that a telephone opens it with the right program. Any other is bytes. */
const SAID =
  /^(text\/(plain|csv|calendar|vcard)|application\/(pdf|zip|msword|vnd\.(ms-(excel|powerpoint)|(openxmlformats-officedocument|oasis\.opendocument)\.[\w.-]+)))$/;

/**
 * Takes the file of a request: a multipart form with the upload's `id` before the part `file`, or, with `raw`, bytes of any content type
 * and their name in the query. `id` is the sender's own where it travels elsewhere. Throws Refusal.
 */
export async function receiveFile(
  ctx: Context,
  parts: DoorParts,
  target: UploadTarget,
  options: { id: string | null; raw: boolean },
): Promise<FileView> {
  const declared = Number(ctx.get('content-length') || '0');
  if (declared > FILE_MAX + FORM_BYTES) throw tooLarge();
  const facts = { ip: ctx.ip, userAgent: ctx.get('user-agent').slice(0, 500) || null, pdf: null };
  const take = (id: string, name: string, bytes: Readable) => oneUpload(parts, target, { id, name, facts }, bytes);
  return timed(ctx, UPLOAD_TIMES, async () => {
    if (options.raw && !ctx.is('multipart'))
      return take(
        options.id ?? commandId(null),
        String(ctx.query['name'] ?? ''),
        Readable.from(ctx.req.iterator({ destroyOnReturn: false })),
      );
    if (!ctx.is('multipart')) throw new Refusal('unsupported_media_type', { detail: 'multipart/form-data is expected' });
    let taken: FileView | null = null;
    await readMultipart(
      ctx,
      new URLSearchParams(),
      { limit: FILE_MAX + FORM_BYTES, files: 1, goOn: false },
      async ({ field, name, before, bytes }) => {
        const id = v.safeParse(s.id, options.id ?? before.get('id') ?? (options.raw ? commandId(null) : ''));
        if (field !== 'file' || !id.success)
          throw new Refusal('malformed', { detail: 'the UUID of the upload is expected as "id", and after it the file as "file"' });
        taken = await take(id.output, name, bytes);
      },
    );
    if (taken === null) throw new Refusal('malformed', { detail: 'a file is expected as "file"' });
    return taken;
  });
}

/**
 * Reads a plain form that may bring files for a message: fields into `form`, whatever happens to the files. Answers the ids of the files,
 * which come from the form's own (`command`) and from whose browser it is, so that it can be sent twice. Throws the first Refusal; then no file is kept.
 */
export async function receiveForm(
  ctx: Context,
  parts: DoorParts,
  target: UploadTarget,
  form: URLSearchParams,
  visitor: string,
): Promise<string[]> {
  const facts = { ip: ctx.ip, userAgent: ctx.get('user-agent').slice(0, 500) || null, pdf: null };
  const ids: string[] = [];
  const rules = { limit: DOCUMENT_FILES_MAX + FORM_BYTES, files: MESSAGE_FILES_COUNT, goOn: true };
  try {
    await timed(ctx, UPLOAD_TIMES, () =>
      readMultipart(ctx, form, rules, async ({ field, name, before, bytes }) => {
        const command = v.safeParse(s.id, before.get('command'));
        if (field !== 'files' || !command.success) throw new Refusal('malformed');
        const id = commandId(`${command.output} ${visitor} ${ids.length}`);
        ids.push((await oneUpload(parts, target, { id, name, facts }, bytes)).id);
      }),
    );
  } catch (error) {
    await giveUp(parts, target, ids, error);
    throw error;
  }
  return ids;
}

/** The message was not posted: its files are taken back. Not those of a form that broke off: it may be on its way once more. */
export async function giveUp(parts: DoorParts, { document, acting }: UploadTarget, ids: string[], error: unknown): Promise<void> {
  if (error instanceof Refusal && error.code !== 'upload_broken') await parts.uploads.drop(document, ids, acting);
}

async function oneUpload(
  { em, guard, uploads }: DoorParts,
  target: UploadTarget,
  { id, name, facts }: { id: string; name: string; facts: { ip: string; userAgent: string | null; pdf: null } },
  bytes: Readable,
): Promise<FileView> {
  const ended = await guard.upload(target.acting);
  const read = { bytes: 0 };
  try {
    const taken = await uploads.take({ ...target, id, name, facts }, Readable.from(paced(bytes, PACE, read)));
    // The same upload is answered from memory; of a file that was given up, or tidied away since, that would be a lie.
    if ((await em().count(FileSchema, { id: taken.id })) === 0) throw new Refusal('id_reused');
    return taken;
  } finally {
    bytes.on('error', () => {}).destroy();
    await ended(read.bytes);
  }
}

/**
 * What a stream brings, counted in `read`, as long as it brings so many bytes in so many milliseconds of waiting for it: a place is not
 * held by a sender who only drips. One who is silent is cut off by `timed`. Throws Refusal `upload_broken`.
 */
export async function* paced(
  bytes: AsyncIterable<Uint8Array>,
  least: { bytes: number; ms: number },
  read: { bytes: number },
): AsyncIterable<Uint8Array> {
  let [waited, came, asked] = [0, 0, performance.now()];
  for await (const chunk of bytes) {
    waited += performance.now() - asked;
    came += chunk.byteLength;
    read.bytes += chunk.byteLength;
    if (waited >= least.ms && came < least.bytes) throw new Refusal('upload_broken', { detail: 'the upload is too slow' });
    if (waited >= least.ms) [waited, came] = [0, 0];
    yield chunk;
    asked = performance.now();
  }
}

/**
 * A file of a document, as somebody may see it: the client none of a draft, and one that waits for a message only whoever uploaded it.
 * Throws `not_found` alike for all that is not there.
 */
export async function findFile(
  em: Em,
  at: { deal: string; document: unknown; file: unknown },
  acting: ActingUser | ActingLink,
): Promise<File> {
  const [document, id] = [v.safeParse(s.id, at.document), v.safeParse(s.id, at.file)];
  if (!document.success || !id.success) throw new Refusal('not_found');
  const shown = { id: document.output, deal: at.deal, ...(acting.as === 'link' ? { status: { $ne: 'draft' as const } } : {}) };
  const file =
    (await em.count(DocumentSchema, shown)) > 0 ? await em.findOne(FileSchema, { id: id.output, document: document.output }) : null;
  if (!file || (file.waiting && file.uploader !== uploaderOf(acting))) throw new Refusal('not_found');
  return file;
}

/**
 * Sends a file: to be kept, or with `?view` to be looked at where that runs nothing. Whatever it is called, a browser shows none of
 * it in a page of ours but pictures and PDFs.
 */
export async function sendFile(ctx: Context, { storage, logger }: DoorParts, file: File): Promise<void> {
  const { sha256, bytes, mediaType } = file;
  const shown = ctx.query['view'] !== undefined && isViewable(mediaType);
  const pdf = shown && mediaType === 'application/pdf';
  ctx.set('content-type', isViewable(mediaType) || SAID.test(mediaType) ? mediaType : 'application/octet-stream');
  ctx.set('content-disposition', contentDisposition(shown ? 'inline' : 'attachment', file.name));
  ctx.set('x-content-type-options', 'nosniff');
  // Browsers do not show a PDF in a sandbox. Our own page may show it in a frame.
  ctx.set('content-security-policy', pdf ? "frame-ancestors 'self'" : "default-src 'none'; frame-ancestors 'none'; sandbox");
  if (pdf) ctx.set('x-frame-options', 'SAMEORIGIN');
  // What is looked at may be kept, to be asked for again each time: a revoked link shows nothing more.
  ctx.set('cache-control', shown ? 'private, no-cache' : 'private, no-store');
  ctx.set('accept-ranges', 'bytes');
  ctx.set('etag', `"${sha256.slice(0, 32)}"`);
  ctx.compress = false;
  ctx.status = 200;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  const range = rangeOf(ctx, bytes);
  if (range === 'none') {
    ctx.set('content-range', `bytes */${bytes}`);
    ctx.status = 416;
    ctx.body = '';
    return;
  }
  const stream = ctx.method === 'HEAD' ? Readable.from([]) : await storage.open(sha256, range ?? undefined);
  if (stream === null) {
    logger.error({ file: file.id, sha256 }, 'a file is missing in the storage');
    throw new Refusal('unavailable');
  }
  if (range !== null) {
    ctx.status = 206;
    ctx.set('content-range', `bytes ${range.start}-${range.end}/${bytes}`);
  }
  ctx.body = stream;
  ctx.length = range === null ? bytes : range.end - range.start + 1;
}

/** The one range that is asked for (RFC 9110, 14.2), null for the whole, `none` for one beyond the end. Several are answered with the whole. */
function rangeOf(ctx: Context, bytes: number): { start: number; end: number } | null | 'none' {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(ctx.get('range')) ?? [];
  if ((from === '' && to === '') || (ctx.get('if-range') !== '' && ctx.get('if-range') !== ctx.response.get('etag'))) return null;
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (from !== '' && to !== '' && Number(to) < start) return null;
  return start > end ? 'none' : { start, end };
}

function tooLarge(): Refusal {
  return new Refusal('too_large', { detail: `at most ${FILE_MAX} bytes are taken here`, data: { limit: FILE_MAX } });
}

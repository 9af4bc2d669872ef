import { PassThrough, type Readable } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { Context } from 'koa';
import { Refusal } from '../../shared/refusal.ts';

/** A file of a form while it comes in. */
export interface FormFile {
  field: string;
  /** As the sender gave it, without folders. */
  name: string;
  /** The fields before it. */
  before: URLSearchParams;
  bytes: Readable;
}

export interface FormRules {
  /** Bytes of the whole body. */
  limit: number;
  /** How many files. */
  files: number;
  /** Whether a refused file leaves the rest of the form to be read: what was typed is worth keeping. */
  goOn: boolean;
}

/** Of one field: the longest text there is to write, in UTF-8. */
const FIELD_BYTES = 50_000;
const FIELDS = 20;
const HEADERS = { headerPairs: 20, headerSize: 16_384 };

/**
 * Reads a multipart form (RFC 7578): fields are added to `form` as they come, files are handed to `take` one after the other, as streams.
 * Empty file inputs are passed over. Throws the first Refusal of all; the request itself stays open for the answer.
 */
export async function readMultipart(
  { req, headers }: Pick<Context, 'req' | 'headers'>,
  form: URLSearchParams,
  rules: FormRules,
  take: (file: FormFile) => Promise<void>,
): Promise<void> {
  const parser = parserFor(headers);
  let refused: unknown = null;
  let stop = (_: unknown) => {};
  const refuse = (error: unknown) => {
    refused ??= error;
    if (!rules.goOn) stop(refused);
  };
  /** The file being read, to be told when nothing more comes. */
  let current: PassThrough | null = null;
  let files = 0;
  let work = Promise.resolve();

  parser.on('field', (name, value, _nameCut, cut) => {
    if (cut) refuse(new Refusal('too_large', { data: { limit: FIELD_BYTES } }));
    form.append(name, value);
  });
  parser.on('fieldsLimit', () => refuse(new Refusal('malformed', { detail: 'too many fields' })));
  parser.on('file', (field, stream, name) => {
    files += name === '' ? 0 : 1;
    if (files > rules.files) refuse(tooMany(rules.files));
    if (name === '' || files > rules.files) return void stream.on('error', () => {}).resume();
    const bytes = new PassThrough();
    bytes.on('error', () => {});
    current = bytes;
    stream.on('error', (error) => bytes.destroy(error));
    stream.pipe(bytes);
    const before = new URLSearchParams(form);
    work = work
      // Browsers write quotation marks like this, and nothing else. (WHATWG HTML, multipart/form-data encoding)
      .then(() => take({ field, name: name.replaceAll('%22', '"'), before, bytes }))
      .catch(refuse)
      .then(() => {
        // What it did not read goes nowhere.
        stream.unpipe(bytes);
        stream.resume();
      });
  });

  const broken = () => stop(new Refusal('upload_broken'));
  const closed = () => void (req.complete || broken());
  let size = 0;
  const count = (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > rules.limit) stop(new Refusal('too_large', { data: { limit: rules.limit } }));
  };
  try {
    await new Promise<void>((resolve, reject) => {
      stop = reject;
      parser.once('finish', resolve).once('error', broken);
      req.once('error', broken).once('close', closed).on('data', count).pipe(parser);
    });
  } catch (error) {
    refused ??= error;
    (current as PassThrough | null)?.destroy(new Error('nothing more comes'));
  } finally {
    req.off('error', broken).off('close', closed).off('data', count).unpipe(parser);
    parser.on('error', () => {});
  }
  await work;
  if (refused !== null) throw refused;
}

function parserFor(headers: Context['headers']): BusboyInstance {
  try {
    const limits = { fieldSize: FIELD_BYTES, fields: FIELDS, parts: 3 * FIELDS, ...HEADERS };
    return new Busboy({ headers: headers as BusboyHeaders, limits });
  } catch {
    throw new Refusal('malformed', { detail: 'the multipart form has no boundary' });
  }
}

function tooMany(limit: number): Refusal {
  return new Refusal('invalid_input', {
    faults: [{ pointer: '/files', rule: 'max_length', detail: `at most ${limit} files go together` }],
  });
}

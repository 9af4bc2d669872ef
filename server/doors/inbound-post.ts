import { Readable } from 'node:stream';
import { MESSAGE_FILES_COUNT } from '../../shared/files.ts';
import { Refusal, type RefusalCode } from '../../shared/refusal.ts';
import { oneLineOf } from '../../shared/text.ts';
import type { ActingLink, ActingUser, Facts } from '../commands/scope.ts';
import { MessageSchema, type Mail as Letter } from '../entities/index.ts';
import type { MailPart } from '../formats/mail/read.ts';
import { commandId } from '../intake.ts';
import { sha256 } from '../secrets.ts';
import { WORDS } from '../words.ts';
import type { DoorParts } from './parts.ts';

/** What somebody answered by mail. */
export interface Reply {
  /** Says which mail this is: the same again is the same message. */
  key: string;
  /** The mail of ours it answers. */
  letter: Letter;
  acting: ActingUser | ActingLink;
  text: string;
  files: MailPart[];
}

const TEXT_MAX = 10_000;
const ROUNDS = 3;
/** Where the mail came from is a mail server: no evidence of anybody. */
const FACTS: Facts = { ip: null, userAgent: null, pdf: null };
/**
 * A file that is refused for what it is, or for want of room of its own, does not take the message with it. Everything else does: a full
 * disk is mended, and the mail comes again.
 */
const ITS_OWN_FAULT: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'program_refused',
  'too_large',
  'document_full',
  'company_full',
  'invalid_input',
]);

/** Posts a reply with its files as the one who was written to. Repeated, it is the same message. Throws Refusal. */
export async function postReply(parts: DoorParts, reply: Reply): Promise<void> {
  for (let round = 0; ; round += 1) {
    const { files, notes } = await uploadAll(parts, reply, round);
    const text = textWith(reply.text, notes, WORDS[reply.letter.language].mail.inbound.cut);
    try {
      return await post(parts, reply, text, files);
    } catch (error) {
      // What an earlier delivery had uploaded was tidied away before the message came through: once more, as new files.
      if (!lacksFiles(error) || round === ROUNDS) throw error;
    }
  }
}

async function uploadAll(parts: DoorParts, reply: Reply, round: number): Promise<{ files: string[]; notes: string[] }> {
  const words = WORDS[reply.letter.language];
  const notes: string[] = [];
  const files: string[] = [];
  for (const part of reply.files.slice(0, MESSAGE_FILES_COUNT)) {
    try {
      files.push(await upload(parts, reply, part, round));
    } catch (error) {
      if (!(error instanceof Refusal) || !ITS_OWN_FAULT.has(error.code)) throw error;
      notes.push(words.mail.inbound.notTaken(nameOf(reply, part), words.refusals[error.code]));
    }
  }
  const left = reply.files.slice(MESSAGE_FILES_COUNT).map((part) => nameOf(reply, part));
  if (left.length > 0) notes.push(words.mail.inbound.tooMany(MESSAGE_FILES_COUNT, left.join(', ').slice(0, 1000).toWellFormed()));
  return { files, notes };
}

async function upload(parts: DoorParts, { key, letter, acting }: Reply, part: MailPart, round: number): Promise<string> {
  const id = commandId(`${key}:${round}:${sha256(part.bytes)}:${part.name ?? ''}`);
  const taken = await parts.uploads.take(
    { id, document: letter.document, forMessage: true, name: part.name ?? '', acting, facts: FACTS },
    Readable.from([Buffer.from(part.bytes.buffer, part.bytes.byteOffset, part.bytes.byteLength)]),
  );
  return taken.id;
}

/** The owner who answers by mail answers the client, who is to hear of it where they can be reached. */
async function post(parts: DoorParts, { key, letter, acting }: Reply, text: string, files: string[]): Promise<void> {
  const id = commandId(key);
  const send = (notify: boolean) => {
    const input = { document: letter.document, text, notify, files, readUpTo: letter.about.upTo ?? 0, name: null };
    return parts.execute({ name: 'postMessage', id, input, acting, facts: FACTS });
  };
  try {
    if (acting.as === 'link') await send(false);
    else
      await send(true).catch((error: unknown) => (isRefusal(error, 'client_without_email') ? send(false) : Promise.reject(error as Error)));
  } catch (error) {
    // Two deliveries at once may differ in what became of a file: the first one counts.
    if (!isRefusal(error, 'id_reused') || (await parts.em().findOne(MessageSchema, { id, deal: letter.deal })) === null) throw error;
  }
}

function isRefusal(error: unknown, code: RefusalCode): error is Refusal {
  return error instanceof Refusal && error.code === code;
}

function lacksFiles(error: unknown): boolean {
  return isRefusal(error, 'invalid_input') && error.faults.some((fault) => fault.rule === 'unknown_file');
}

/** The message and the notes below it, within what a message may have: the message is cut, never refused. */
function textWith(text: string, notes: string[], cut: string): string {
  const whole = [text, ...notes].filter((one) => one !== '').join('\n\n');
  if (whole.length <= TEXT_MAX) return whole;
  const below = ['', cut, ...notes].join('\n\n');
  return `${text
    .slice(0, TEXT_MAX - below.length)
    .toWellFormed()
    .trimEnd()}${below}`;
}

function nameOf({ letter }: Reply, part: MailPart): string {
  return (
    oneLineOf(part.name ?? '')
      .slice(0, 200)
      .toWellFormed() || WORDS[letter.language].mail.inbound.nameless
  );
}

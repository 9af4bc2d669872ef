import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Receipted } from '../../shared/payment-receipt.ts';
import { pdfFileName } from '../outside/pdf/filename.ts';
import type { Compose } from '../outside/compose.ts';
import { PostError, type Post } from '../outside/smtp.ts';
import type { Run } from '../outside/jobs.ts';
import type { MailEnd } from '../commands/mails.ts';
import type { Em } from '../db.ts';
import type { DrawReceipt } from '../doors/drawings.ts';
import { receiptName } from '../doors/payments-pdf.ts';
import { BlobSchema, DecisionSchema, MailSchema, type Mail } from '../entities/index.ts';
import type { Execute } from '../execute.ts';
import type { JobData } from '../model/jobs.ts';
import { writeLetter } from '../letters/write.ts';
import type { Letter } from '../letters/letter.ts';
import type { Metrics } from '../metrics.ts';
import type { Seal, Tokens } from '../secrets.ts';
import { WORDS } from '../words.ts';
import { answerTo, isOpen, isOvertaken, letterOf } from './letter-of.ts';
import { recordEnd } from './mail-end.ts';

export interface LetterParts {
  em: () => Em;
  execute: Execute;
  tokens: Tokens;
  /** Keeps a rendered mail, which holds a secret link, from being read in the database. */
  seal: Seal;
  compose: Compose;
  post: Post;
  /** The receipt of an entry of the ledger as a PDF. */
  drawReceipt: DrawReceipt;
  from: { name: string | null; address: string };
  /** Whether answers by mail are taken into the conversation. */
  repliable: boolean;
  publicUrl: () => string;
  metrics: Pick<Metrics, 'mail'>;
  logger: Logger;
  now: () => Date;
}

/** How many earlier mails of its thread a mail names, so that headers stay short. */
const THREAD = 10;
/** Milliseconds before an end that could not be written down is tried again. The mail is out: to forget that would send it twice. */
const WAITS = [200, 1000, 3000];

/**
 * Renders a mail once, keeps the bytes, and sends them until they are accepted or refused. (Rule 8.) A crash after the server's
 * "250" sends the same bytes once more: SMTP cannot promise better, and the Message-ID tells the copies for what they are.
 */
export function sendLetters(parts: LetterParts): (run: Run) => Promise<void> {
  const domain = parts.from.address.split('@').at(-1) ?? 'localhost';

  return async ({ data, last }) => {
    const { mail: id } = data as JobData['letter'];
    const mail = await parts.em().findOne(MailSchema, { id });
    if (mail === null || mail.state !== 'waiting') return;
    const end = await send(mail).catch((error: unknown) => {
      if (last) return givenUp(mail, error);
      parts.metrics.mail('deferred');
      throw error;
    });
    if (end.state === 'delivered') parts.metrics.mail('sent');
    else if (end.cause === 'refused' || end.cause === 'unsent') parts.metrics.mail(end.cause);
    await record(mail, end);
    parts.logger.info({ mail: mail.id, kind: mail.kind, state: end.state, cause: end.cause }, 'mail ended');
  };

  /** One try. Rejects for whatever may be better another time. */
  async function send(mail: Mail): Promise<MailEnd> {
    if (await isOvertaken(parts.em(), mail, parts.now())) return { state: 'failed', cause: 'overtaken', detail: null };
    const raw = (await isOpen(parts.em(), mail)) ? ((await frozen(mail)) ?? (await freeze(mail))) : null;
    if (raw === null) return { state: 'failed', cause: mail.side === 'owner' ? 'no_access' : 'link_revoked', detail: null };
    const posted = await parts.post.send({ from: parts.from.address, to: mail.address, raw });
    return posted.outcome === 'accepted'
      ? { state: 'delivered', cause: null, detail: null }
      : { state: 'failed', cause: 'refused', detail: posted.detail };
  }

  /** Whose fault it is does not matter any more: the owner must know that it did not go out. */
  function givenUp(mail: Mail, error: unknown): MailEnd {
    parts.logger.warn({ err: error, mail: mail.id }, 'a mail is given up');
    return { state: 'failed', cause: 'unsent', detail: error instanceof PostError ? error.detail : null };
  }

  async function record(mail: Mail, end: MailEnd): Promise<void> {
    for (const wait of WAITS) {
      try {
        return await recordEnd(parts.execute, mail, end, 'letter');
      } catch (error) {
        parts.logger.warn({ err: error, mail: mail.id }, 'what became of a mail is written down once more');
        await delay(wait);
      }
    }
    await recordEnd(parts.execute, mail, end, 'letter');
  }

  async function frozen(mail: Mail): Promise<Buffer | null> {
    const [row] = await parts.em().execute<{ sealed: Buffer | null }[]>('select sealed from mails where id = ?', [mail.id]);
    return row?.sealed ? parts.seal.open(row.sealed) : null;
  }

  /** Rendered by whoever is first; the others send what that one has written. null: it must not go out any more. */
  async function freeze(mail: Mail): Promise<Buffer | null> {
    const em = parts.em();
    const letter = await letterOf(
      em,
      mail,
      {
        publicUrl: parts.publicUrl,
        linkToken: (link) => parts.tokens.make('link', link),
        unsubscribeToken: (of) => parts.tokens.make('unsubscribe', of),
      },
      parts.repliable,
    );
    if (letter === null) return null;
    const messageId = `r.${parts.tokens.makeReply(mail.id)}@${domain}`;
    const raw = await parts.compose({
      ...writeLetter(letter),
      from: { name: mail.side === 'client' ? letter.company.name : letter.client, address: parts.from.address },
      to: letter.to,
      replyTo: await replyTo(em, mail, letter),
      date: parts.now(),
      messageId,
      ...(await thread(em, mail)),
      unsubscribe: letter.unsubscribeUrl,
      automatic: mail.kind !== 'invitation' && mail.kind !== 'message',
      attachments: await attachments(em, mail, letter),
    });
    const row = [parts.seal.close(raw), messageId, mail.id, 'waiting'];
    // In a transaction: the embedded database takes a statement of many bytes in pieces, and only then nobody else's in between.
    await em.transactional((tx) =>
      tx.execute('update mails set sealed = ?, message_id = ? where id = ? and sealed is null and state = ?', row),
    );
    return frozen(mail);
  }

  async function replyTo(em: Em, mail: Mail, letter: Letter): Promise<{ name: string; address: string } | null> {
    if (!parts.repliable) return answerTo(em, mail);
    const [box, ...rest] = parts.from.address.split('@');
    const name = mail.side === 'client' ? letter.company.name : letter.client;
    return { name, address: `${box}+${parts.tokens.makeReply(mail.id)}@${rest.join('@')}` };
  }

  /** The mails about a document to one person stand together in their mail program. (RFC 5322, 3.6.4) */
  async function thread(em: Em, mail: Mail): Promise<{ inReplyTo: string; references: string[] }> {
    const rows = await em.execute<{ message_id: string }[]>(
      `select message_id from mails where deal_id = ? and document_id = ? and address = ? and position < ? and message_id is not null
       order by position desc limit ?`,
      [mail.deal, mail.document, mail.address, mail.position, THREAD],
    );
    const before = rows.map((row) => row.message_id).reverse();
    const references = [`d.${mail.document}@${domain}`, ...before];
    return { inReplyTo: references.at(-1) ?? '', references };
  }

  /** The acknowledgement carries the very PDF that was decided on; news of a payment, its receipt. */
  async function attachments(em: Em, mail: Mail, letter: Letter) {
    if (letter.receipt !== null) return [await receiptFile(letter, letter.receipt)];
    if (mail.kind !== 'acknowledgement') return [];
    const decision = await em.findOneOrFail(DecisionSchema, { id: mail.about.decision ?? '' });
    const blob = await em.findOneOrFail(BlobSchema, { sha256: decision.pdf }, { populate: ['bytes'] });
    const filename = pdfFileName(letter.document, WORDS[letter.document.content.language]);
    return [{ filename, contentType: 'application/pdf', content: Buffer.from(blob.bytes) }];
  }

  async function receiptFile({ document, company }: Letter, receipt: Receipted) {
    const content = Buffer.from(await parts.drawReceipt({ ...receipt, company }));
    const filename = receiptName(receipt.document, receipt.entry, WORDS[document.content.language]);
    return { filename, contentType: 'application/pdf', content };
  }
}

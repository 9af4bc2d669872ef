import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import Router from '@koa/router';
import type { Context } from 'koa';
import { Refusal } from '../../shared/refusal.ts';
import type { ActingLink, ActingUser } from '../commands/scope.ts';
import { ContactSchema, LinkSchema, MailSchema, MessageSchema, PersonSchema, UserSchema, type Mail as Letter } from '../entities/index.ts';
import { attachedTo } from '../formats/mail/attached.ts';
import { automaticBy } from '../formats/mail/automatic.ts';
import { replyTokens } from '../formats/mail/conversation.ts';
import { readLarge } from '../formats/mail/aside.ts';
import { valuesOf, type Mail } from '../formats/mail/read.ts';
import { withoutSecrets } from '../formats/mail/secrets.ts';
import { writtenIn } from '../formats/mail/visible.ts';
import { commandId } from '../intake.ts';
import { isSecret } from '../secrets.ts';
import { readMessage } from './inbound-body.ts';
import { postReply } from './inbound-post.ts';
import type { DoorParts } from './parts.ts';
import { createTurns } from './turns.ts';

/** Messages that are read at the same time; each may be large. */
const AT_ONCE = 3;
/** The part of a token that says which mail it means, not whether it is ours. */
const CLAIM = 25;

/** Who writes, and what they may be known by. */
interface Participant {
  acting: ActingUser | ActingLink;
  addresses: (string | null | undefined)[];
}

/**
 * Answers to our mails, as a mail server or a mail provider hands them over. Every mail gets a definite answer: posted, ignored,
 * or a refusal; only what may be otherwise later says so (429, 5xx), so that it is delivered again.
 */
export function inboundDoor(parts: DoorParts): Router {
  const router = new Router();
  const inTurn = createTurns(AT_ONCE);

  router.post('/webhooks/inbound-mail', async (ctx) => {
    ctx.set('cache-control', 'no-store');
    if (parts.inboundSecret === null) throw new Refusal('not_found');
    if (!shows(ctx.get('authorization'), parts.inboundSecret)) {
      parts.logger.warn({ security: 'inbound_secret', ip: ctx.ip }, 'a mail was handed over without the secret');
      if (ctx.get('authorization') !== '') await parts.guard.wrongToken(ctx.ip);
      throw new Refusal('unauthorized');
    }
    await inTurn(async () => take(ctx, await readLarge(await readMessage(ctx))));
  });

  async function take(ctx: Context, mail: Mail): Promise<void> {
    const sign = automaticBy(mail);
    if (sign !== null) return ignore(ctx, 'automatic', { sign });
    const letter = await answered(ctx, mail);
    const { acting, addresses } = await participant(letter);
    const [from, ...more] = mail.from;
    if (from === undefined || more.length > 0 || !addresses.some((one) => one && sameAddress(one, from)))
      return refuse(ctx, 'forbidden', 'a stranger answers a mail', { mail: letter.id, senders: mail.from.length });

    const key = `inbound:${mail.messageId ?? fingerprint(mail)}:${letter.id}`;
    const id = commandId(key);
    const known = await parts.em().findOne(MessageSchema, { id, deal: letter.deal });
    if (known !== null) return answer(ctx, 200, { status: 'posted', message: id });
    await parts.guard.reply(`${letter.deal} ${acting.as === 'user' ? acting.user : acting.link}`);
    if (acting.as === 'link' && (await parts.em().findOne(LinkSchema, { id: acting.link, revokedAt: null })) === null)
      return refuse(ctx, 'not_found', 'the link of an answered mail is revoked', { mail: letter.id, link: acting.link });

    const written = writtenIn(mail);
    const files = attachedTo(mail, written);
    if (written.text === '' && files.length === 0) return ignore(ctx, 'empty', { mail: letter.id });
    await postReply(parts, { key, letter, acting, text: withoutSecrets(written.text), files });
    parts.logger.info({ mail: letter.id, message: id, files: files.length }, 'an answer by mail was posted');
    answer(ctx, 201, { status: 'posted', message: id });
  }

  /** The mail of ours that is answered. A token is tried only so often for one mail, right or wrong. */
  async function answered(ctx: Context, mail: Mail): Promise<Letter> {
    for (const token of replyTokens(mail).slice(0, 20)) {
      await parts.guard.reply(token.slice(0, CLAIM));
      const id = parts.tokens.readReply(token);
      const letter = id === null ? null : await parts.em().findOne(MailSchema, { id });
      if (letter !== null) return letter;
    }
    return refuse(ctx, 'not_found', 'a mail answers none of ours', {});
  }

  /** Whom the mail was written to: its answers are theirs. */
  async function participant(letter: Letter): Promise<Participant> {
    const em = parts.em();
    const { company, deal, link } = letter;
    if (letter.user !== null) {
      const user = await em.findOne(UserSchema, { id: letter.user, company });
      if (user === null) throw new Refusal('not_found');
      const acting = { as: 'user' as const, company, user: user.id, name: user.name, session: null, key: null };
      return { acting, addresses: [letter.address, user.email] };
    }
    if (link === null) throw new Refusal('not_found');
    if (letter.contact !== null) {
      const contact = await em.findOne(ContactSchema, { id: letter.contact });
      // A contact is known by the link: no browser makes them somebody else.
      return {
        acting: { as: 'link', company, deal, link, contact: contact?.id ?? null, browser: 'mail' },
        addresses: [letter.address, contact?.email],
      };
    }
    const person = letter.person === null ? null : await em.findOne(PersonSchema, { id: letter.person, deal });
    if (person === null || person.browser === null) throw new Refusal('not_found');
    return {
      acting: { as: 'link', company, deal, link, contact: null, browser: person.browser },
      addresses: [letter.address, person.email],
    };
  }

  function ignore(ctx: Context, reason: 'automatic' | 'empty', ids: Record<string, unknown>): void {
    parts.logger.info({ reason, ...ids }, 'a mail was ignored');
    answer(ctx, 200, { status: 'ignored', reason });
  }

  /** Ids only: neither addresses nor words of a mail get into the log. */
  function refuse(ctx: Context, code: 'not_found' | 'forbidden', what: string, ids: Record<string, unknown>): never {
    parts.logger.warn({ security: 'inbound', code, ...ids, ip: ctx.ip }, what);
    throw new Refusal(code);
  }

  return router;
}

function answer(ctx: Context, status: number, body: Record<string, string>): void {
  ctx.status = status;
  ctx.body = body;
}

/** Whether the header shows the secret: as a bearer token, or as the password that a provider takes out of an address. */
function shows(header: string, secret: string): boolean {
  const [, scheme = '', value = ''] = /^(\S+)\s+(.*)$/.exec(header) ?? [];
  const basic = scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString('utf8') : null;
  const shown = basic === null ? (scheme.toLowerCase() === 'bearer' ? value : '') : basic.slice(basic.indexOf(':') + 1);
  return isSecret(shown, secret);
}

/** One address in two spellings: case aside, and a domain in its letters or as the network writes it. */
function sameAddress(a: string, b: string): boolean {
  return spelled(a) === spelled(b);
}

function spelled(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1).toLowerCase();
  return `${address.slice(0, at).toLowerCase().normalize('NFC')}@${domainToASCII(domain) || domain}`;
}

/** What tells a mail without a Message-ID from another: what does not change when it is delivered again. */
function fingerprint(mail: Mail): string {
  const said = [mail.from, valuesOf(mail, 'date'), mail.subject, mail.text, mail.html, mail.parts.map((part) => part.bytes.byteLength)];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

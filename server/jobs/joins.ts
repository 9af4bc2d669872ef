import type { Run } from '../outside/jobs.ts';
import type { JoinView } from '../../shared/company.ts';
import { isAddress } from '../../shared/mail.ts';
import { CompanySchema, JoinSchema, UserSchema, type Join } from '../entities/index.ts';
import { commandId } from '../intake.ts';
import { joining } from '../letters/kinds/joining.ts';
import { writeOutline } from '../letters/write.ts';
import { companyView } from '../model/company.ts';
import type { JobData } from '../model/jobs.ts';
import { isOpenJoin } from '../model/users.ts';
import type { LetterParts } from './letters.ts';

/**
 * Writes to somebody who was asked to join. All of the letter follows from what was asked, its date and Message-ID included: each try is the
 * same mail. The link is made again from the invitation's id. Whoever cannot come any more gets none.
 */
export function sendJoins(parts: LetterParts): (run: Run) => Promise<void> {
  const domain = parts.from.address.split('@').at(-1) ?? 'localhost';

  return async ({ data, last }) => {
    const { join: id } = data as JobData['join'];
    const join = await parts.em().findOne(JoinSchema, { id });
    if (join === null || join.mail !== 'waiting' || !isOpenJoin(join, parts.now())) return;
    const mail = await send(join).catch((error: unknown) => {
      parts.metrics.mail(last ? 'unsent' : 'deferred');
      if (!last) throw error;
      parts.logger.warn({ err: error, join: join.id }, 'a letter to somebody who was asked to join is given up');
      return 'failed' as const;
    });
    await record(join, mail);
  };

  /** One try. Rejects for whatever may be better another time. */
  async function send(join: Join): Promise<Exclude<JoinView['mail'], 'waiting'>> {
    const em = parts.em();
    const company = await em.findOneOrFail(CompanySchema, { id: join.company });
    const by = await em.findOneOrFail(UserSchema, { id: join.by });
    const outline = joining({
      name: join.name,
      email: join.email,
      role: join.role,
      language: join.language,
      expiresAt: join.expiresAt.toISOString(),
      company: companyView(company),
      from: by.name,
      url: `${parts.publicUrl()}/join/${parts.tokens.make('join', join.id)}`,
    });
    const raw = await parts.compose({
      ...writeOutline(outline),
      from: { name: company.name, address: parts.from.address },
      to: { name: join.name, address: join.email },
      replyTo: isAddress(by.email) ? { name: by.name, address: by.email } : null,
      date: join.createdAt,
      messageId: `j.${join.id}@${domain}`,
      inReplyTo: null,
      references: [],
      unsubscribe: null,
      automatic: false,
      attachments: [],
    });
    const posted = await parts.post.send({ from: parts.from.address, to: join.email, raw });
    parts.metrics.mail(posted.outcome === 'accepted' ? 'sent' : 'refused');
    return posted.outcome === 'accepted' ? 'delivered' : 'failed';
  }

  async function record(join: Join, mail: JoinView['mail']): Promise<void> {
    await parts.execute({
      name: 'recordJoinMail',
      id: commandId(`join mailed ${join.id} ${mail}`),
      input: { join: join.id, mail },
      acting: { as: 'system', company: join.company },
      facts: { ip: null, userAgent: null, pdf: null },
    });
    parts.logger.info({ join: join.id, mail }, 'a letter to somebody who was asked to join has ended');
  }
}

import type { Em } from '../db.ts';
import { CompanySchema, DecisionSchema, LinkSchema, UserSchema, type Mail, type PaymentNews } from '../entities/index.ts';
import type { Letter, LetterFile } from '../letters/letter.ts';
import { proposalLines } from '../letters/proposal.ts';
import { receipted, type Receipted } from '../../shared/payment-receipt.ts';
import { loadDeal } from '../load.ts';
import { decisionView } from '../model/document-view.ts';
import { remindedOf } from '../model/recipients.ts';
import { deadlineOf, isWanting, planOf } from '../model/reminders.ts';
import { isAddress } from '../../shared/mail.ts';
import type { DealView, DocumentView, FileView } from '../../shared/view.ts';
import { dealView } from '../views/deal.ts';

/** The addresses a letter carries. */
export interface Addresses {
  publicUrl: () => string;
  /** The token of a secret link. */
  linkToken: (link: string) => string;
  /** The token by which a contact, or whoever is known by a link alone, unsubscribes. */
  unsubscribeToken: (of: string) => string;
}

/** All that a mail says, read as it stands now; null when it must not be sent any more: its link has been revoked. */
export async function letterOf(em: Em, mail: Mail, at: Addresses, repliable: boolean): Promise<Letter | null> {
  const base = await baseOf(em, mail, at);
  const view = await dealView(em, mail.deal, mail.side);
  const document = view?.documents.find((one) => one.id === mail.document);
  if (base === null || !view || !document) return null;
  const decision = mail.about.decision === undefined ? null : await em.findOne(DecisionSchema, { id: mail.about.decision });
  const { after = 0, upTo = 0 } = mail.about;
  const messages =
    mail.kind === 'message' ? view.messages.filter((one) => one.side !== mail.side && one.seq > after && one.seq <= upTo) : [];
  const documentOf = (id: string) => view.documents.find((doc) => doc.id === id);
  const files = (list: FileView[], of: string): LetterFile[] =>
    list.map(({ id, name, bytes }) => ({ name, bytes, url: `${base.files(of)}/${id}` }));
  return {
    kind: mail.kind,
    side: mail.side,
    language: mail.language,
    to: { name: mail.name, address: mail.address },
    company: view.company,
    client: view.client.name,
    document,
    files: files(document.files, document.id),
    decision: decision && decisionView(decision),
    messages: messages.map((one) => ({
      name: one.name,
      side: one.side,
      text: [...(one.proposal === null ? [] : proposalLines(one.proposal, documentOf(one.document), mail.language)), one.text]
        .filter((line) => line !== '')
        .join('\n'),
      at: one.at,
      files: files(one.files, one.document),
    })),
    invitation: mail.kind === 'invitation' ? { text: mail.about.text ?? '', from: mail.about.from ?? view.company.name } : null,
    payment: mail.about.payment ?? null,
    receipt: mail.side === 'client' ? receiptOf(view, document, mail.about.payment ?? null) : null,
    reminder: mail.about.reminder ?? null,
    unsubscribeUrl: unsubscribeUrl(mail, at),
    repliable,
    url: base.page,
    talkUrl: `${base.page}#talk`,
  };
}

/** Reminders alone can be done without: all else was asked for, or is owed. */
function unsubscribeUrl(mail: Mail, at: Addresses): string | null {
  const of = mail.contact ?? mail.person;
  return mail.about.reminder === undefined || of === null ? null : `${at.publicUrl()}/r/${at.unsubscribeToken(of)}`;
}

/** What goes with news of money that came in or went back: its receipt, of the ledger as it was then. */
function receiptOf(view: DealView, document: DocumentView, news: PaymentNews | null): Receipted | null {
  if (news === null || news.entry === null || (news.what !== 'received' && news.what !== 'refunded')) return null;
  const found = receipted(view, document.id, news.entry);
  if (found === null) return null;
  const upTo = document.payments.findIndex((one) => one.id === news.entry) + 1;
  return { ...found, document: { ...document, payments: document.payments.slice(0, upTo) } };
}

async function baseOf(em: Em, mail: Mail, at: Addresses): Promise<{ page: string; files: (document: string) => string } | null> {
  const origin = at.publicUrl();
  if (mail.side === 'owner')
    return { page: `${origin}/documents/${mail.document}`, files: (document) => `${origin}/console/documents/${document}/files` };
  if (mail.link === null || !(await isOpen(em, mail))) return null;
  const page = `${origin}/d/${at.linkToken(mail.link)}`;
  return { page: `${page}/${mail.document}`, files: (document) => `${page}/${document}/files` };
}

/** Whether what a mail leads to still opens for its reader: the link it carries, or a user's own way in. */
export async function isOpen(em: Em, mail: Mail): Promise<boolean> {
  if (mail.side === 'owner') return mail.user === null || (await em.count(UserSchema, { id: mail.user, removedAt: null })) > 0;
  return mail.link !== null && (await em.count(LinkSchema, { id: mail.link, revokedAt: null })) > 0;
}

/** Whether a reminder has nothing to remind of any more, or its reader wants none: it may have waited for a mail server since it was decided. */
export async function isOvertaken(em: Em, mail: Mail, now: Date): Promise<boolean> {
  if (mail.about.reminder === undefined) return false;
  const loaded = await loadDeal(em, mail.deal, 'contents');
  const document = loaded?.documents.find((one) => one.id === mail.document);
  const of = document && deadlineOf(document);
  if (!loaded || !document || !of) return true;
  const isSame = of.deadline === mail.about.reminder.deadline && planOf(loaded.company, of.kind).length > 0;
  const isReader = remindedOf(loaded, document).some((to) => to.contact === mail.contact && to.person === mail.person);
  return !isSame || !isReader || !isWanting(loaded, document, now);
}

interface Answerer {
  name: string;
  address: string;
}

/** Where an answer goes that is not taken into the conversation: to the first person who has an address that is one, never nowhere. */
export async function answerTo(em: Em, mail: Mail): Promise<Answerer | null> {
  const people = mail.side === 'client' ? await ownersOf(em, mail) : await clientOf(em, mail);
  for (const { name, address } of people) if (address !== null && isAddress(address)) return { name, address };
  return null;
}

/** What came in with a file may be anything. */
type Known = { name: string; address: string | null }[];

/** Who decided or wrote, by the contact's own address and by the one they gave. */
async function clientOf(em: Em, mail: Mail): Promise<Known> {
  const [client] = await em.execute<{ name: string; own: string | null; given: string | null }[]>(
    `select p.name, c.email as own, p.email as given from people p left join contacts c on c.id = p.contact_id
     where p.id = coalesce((select person_id from decisions where id = ?),
                           (select person_id from messages where deal_id = ? and side = 'client' and seq <= ? order by seq desc limit 1))`,
    [mail.about.decision ?? null, mail.deal, mail.about.upTo ?? 0],
  );
  return client ? [client.own, client.given].map((address) => ({ name: client.name, address })) : [];
}

/** The user who wrote it, or the company's first one; then the company itself. */
async function ownersOf(em: Em, mail: Mail): Promise<Known> {
  const company = await em.findOneOrFail(CompanySchema, { id: mail.company });
  const [user] = await em.execute<{ name: string; email: string }[]>(
    `select u.name, u.email from users u where u.company_id = ? and u.removed_at is null
     order by u.id = coalesce(?, (select p.user_id from messages m join people p on p.id = m.person_id
                                  where m.deal_id = ? and m.side = 'owner' and m.seq <= ? order by m.seq desc limit 1)) desc nulls last,
              u.created_at, u.id limit 1`,
    [mail.company, mail.about.user ?? null, mail.deal, mail.about.upTo ?? 0],
  );
  return [
    ...(user ? [{ name: user.name, address: user.email }] : []),
    { name: company.name, address: company.identity.contact?.email ?? null },
  ];
}

import type { Logger } from 'pino';
import { dayIn, type Day } from '../../shared/document.ts';
import { isDaytime, MAX_LATE, plusDays, stepFor, type ReminderKind } from '../../shared/reminders.ts';
import type { Em } from '../db.ts';
import { CommandRecordSchema, CompanySchema, type Company } from '../entities/index.ts';
import type { Execute } from '../execute.ts';
import { commandId } from '../intake.ts';
import { loadDeal } from '../load.ts';
import { planOf, reminderOf } from '../model/reminders.ts';

export interface ReminderParts {
  em: () => Em;
  execute: Execute;
  logger: Logger;
}

/** Every hour, for companies are in every time zone; not when everybody else's jobs run. */
export const REMIND_AT = '11 * * * *';

interface Candidate {
  id: string;
  deal: string;
  deadline: Day;
}

/**
 * Sends the reminders whose day has come, of each company that wants them, while it is day there. Each is a command of its own, decided again
 * under the lock and done once by its id, whoever else looks at the same time. One that cannot be sent now, since a payment is on its way say,
 * is looked at again every hour, for a week.
 */
export async function sendReminders(parts: ReminderParts, now: Date): Promise<void> {
  const companies = await parts.em().find(CompanySchema, {});
  let sent = 0;
  for (const company of companies) {
    if (!isDaytime(company.timeZone, now)) continue;
    for (const kind of ['due', 'expiring'] as const) sent += await remindAll(parts, company, kind, now);
  }
  if (sent > 0) parts.logger.info({ sent }, 'reminders are sent');
}

async function remindAll(parts: ReminderParts, company: Company, kind: ReminderKind, now: Date): Promise<number> {
  const days = planOf(company, kind);
  if (days.length === 0) return 0;
  const today = dayIn(company.timeZone, now);
  let sent = 0;
  for (const { id: document, deal, deadline } of await candidates(parts.em(), company.id, kind, days, today)) {
    // By the dates alone, before anything is loaded.
    const step = stepFor({ kind, deadline, today, days, since: '', sent: [] });
    if (step === null) continue;
    const id = commandId(`remind ${document} ${deadline} ${step}`);
    if ((await parts.em().count(CommandRecordSchema, { actor: 'system', id })) > 0) continue;
    sent += await remind(parts, company.id, { document, deadline, step, deal, id }, now).catch((error: unknown) => {
      // The others' turn must not depend on it; in an hour it has another one.
      parts.logger.warn({ err: error, document }, 'a reminder could not be sent');
      return 0;
    });
  }
  return sent;
}

async function remind(
  { em, execute }: ReminderParts,
  company: string,
  { document, deadline, step, deal, id }: { document: string; deadline: Day; step: number; deal: string; id: string },
  now: Date,
): Promise<number> {
  const loaded = await loadDeal(em(), deal, 'contents');
  const found = loaded?.documents.find((one) => one.id === document);
  // What is not to be sent now is not to be remembered as done.
  if (!loaded || !found || reminderOf(loaded, found, now) === null) return 0;
  const { result } = await execute({
    name: 'remindClient',
    id,
    input: { document, deadline, step },
    acting: { as: 'system', company },
    facts: { ip: null, userAgent: null, pdf: null },
  });
  return Number(result['sent'] ?? 0);
}

/** Documents one of whose steps may be due: not decided on or paid, and with a deadline near enough. */
function candidates(em: Em, company: string, kind: ReminderKind, days: readonly number[], today: Day): Promise<Candidate[]> {
  const [least, most] = [Math.min(...days), Math.max(...days)];
  // A step is looked at from its day on, for a week.
  const [from, to] = kind === 'due' ? [plusDays(today, -most - MAX_LATE), plusDays(today, -least)] : [today, plusDays(today, most)];
  const column = kind === 'due' ? 'due_date' : 'valid_until';
  const open =
    kind === 'due'
      ? "d.kind = 'invoice' and d.status in ('issued', 'part_paid') and d.due > 0"
      : "d.kind = 'quote' and d.status in ('issued', 'on_hold')";
  return em.execute<Candidate[]>(
    `select d.id, d.deal_id as deal, d.${column}::text as deadline
     from documents d join deals o on o.id = d.deal_id join clients c on c.id = o.client_id
     where d.company_id = ? and ${open} and not c.reminders_off and d.${column} between ? and ?
     order by d.${column}, d.id`,
    [company, from, to],
  );
}

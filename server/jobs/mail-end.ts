import type { MailEnd } from '../commands/mails.ts';
import type { Mail } from '../entities/index.ts';
import type { Execute } from '../execute.ts';
import { commandId } from '../intake.ts';

/** Writes down what became of a mail. `who` finds it out: what one says twice counts once, and of two the first one counts. */
export async function recordEnd(execute: Execute, mail: Mail, end: MailEnd, who: 'letter' | 'tidy'): Promise<void> {
  await execute({
    name: 'recordMail',
    id: commandId(`mail ended ${who} ${mail.id}`),
    input: { document: mail.document, mail: mail.id, ...end },
    acting: { as: 'system', company: mail.company },
    facts: { ip: null, userAgent: null, pdf: null },
  });
}

import { randomUUID } from 'node:crypto';
import { MailSchema } from '../../server/entities/index.ts';
import type { Issued, Stage } from './stage.ts';

/** Says how the mail to an address that still waits has ended, as the job that sends mails does. */
export async function ended(
  { app }: Stage,
  document: Issued,
  address: string,
  state: 'delivered' | 'failed',
  detail: string | null = null,
): Promise<void> {
  const mail = await app.em().findOneOrFail(MailSchema, { document: document.id, address, state: 'waiting' });
  await app.execute({
    name: 'recordMail',
    id: randomUUID(),
    input: { document: document.id, mail: mail.id, state, cause: state === 'failed' ? 'refused' : null, detail },
    acting: { as: 'system', company: app.company },
    facts: { ip: null, userAgent: null, pdf: null },
  });
}

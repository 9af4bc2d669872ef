import { randomUUID } from 'node:crypto';
import type { Execute } from '../execute.ts';
import { commandId } from '../intake.ts';
import type { JobData } from '../model/jobs.ts';
import type { Run } from '../outside/jobs.ts';

const NOBODY = { ip: null, userAgent: null, pdf: null };

/** Jobs that only decide, late, whether somebody is to be written to. What they decide is a command like any other. */
export function decideNotices(execute: Execute): { unread: (run: Run) => Promise<void>; reminder: (run: Run) => Promise<void> } {
  return {
    async unread({ data }) {
      const { company, document, side, seq } = data as JobData['conversation'];
      // Decided anew at each run: others may wait for this one to ask for them, also where it was done and nobody knows. It looks at what was mailed.
      const id = randomUUID();
      await execute({ name: 'notifyUnread', id, input: { document, side, seq }, acting: { as: 'system', company }, facts: NOBODY });
    },
    async reminder({ data }) {
      const { company, document, decision } = data as JobData['reminder'];
      const id = commandId(`reminder ${decision}`);
      await execute({ name: 'remindHold', id, input: { document, decision }, acting: { as: 'system', company }, facts: NOBODY });
    },
  };
}

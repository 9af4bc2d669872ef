import type { Side } from '../../shared/view.ts';

/** Work that must happen later and at least once: name → data. Ids only: what is secret is made again when the job runs. */
export interface JobData {
  /** Renders a mail where that has not been done, and sends it until it is accepted or refused. */
  letter: { mail: string };
  /** Writes to whoever of one side has not read the other's messages by then. */
  unread: { company: string; document: string; side: Side; seq: number };
  /** Reminds both sides of a quote that is still on hold. */
  reminder: { company: string; document: string; decision: string };
}

export type JobName = keyof JobData;

/** A job as a command asks for it. `after`: not before; null: as soon as it is committed. */
export type Job = { [N in JobName]: { name: N; data: JobData[N]; after: Date | null } }[JobName];

import type { Side } from '../../shared/view.ts';

/** Work that must happen later and at least once: name → data. Ids only: what is secret is made again when the job runs. */
export interface JobData {
  /** Renders a mail where that has not been done, and sends it until it is accepted or refused. */
  letter: { mail: string };
  /** Writes to whoever of one side has not read the other's message `seq`, or one before it, by then. Of each document and side one waits. */
  conversation: { company: string; document: string; side: Side; seq: number };
  /** The same, as earlier versions leave it: one for each message. */
  unread: JobData['conversation'];
  /** Writes to somebody who was asked to join. */
  join: { join: string };
  /** Reminds both sides of a quote that is still on hold. */
  reminder: { company: string; document: string; decision: string };
  /** Tells an endpoint of an event. `attempt`: how many tries there were before this one; a job of an earlier try does nothing. */
  webhook: { webhook: string; delivery: string; attempt: number };
  /** Asks Stripe for a refund, until it is made or will not be. */
  refund: { refund: string };
  /** Closes a payment page on which too much would be paid. */
  'checkout-close': { checkout: string };
  /** Ends what still waits for an endpoint that is not told any more. */
  'webhook-off': { webhook: string };
}

export type JobName = keyof JobData;

/** A job as a command asks for it. `after`: not before; null: as soon as it is committed. */
export type Job = { [N in JobName]: { name: N; data: JobData[N]; after: Date | null } }[JobName];

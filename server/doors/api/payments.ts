import * as v from 'valibot';
import { COMMANDS } from '../../../shared/commands.ts';
import * as a from './answers.ts';
import { answerOf } from './own.ts';
import { operation, type Operation } from './table.ts';

const { amount, day, method, reference, notify } = COMMANDS.recordPayment.entries;
const recordBody = v.strictObject({ amount, day, method, reference: v.optional(reference, null), notify });
const { reason } = COMMANDS.reversePayment.entries;
const reversalBody = v.strictObject({ reason, notify: COMMANDS.reversePayment.entries.notify });
const refund = COMMANDS.refundPayment.entries;
const refundBody = v.strictObject({ amount: v.optional(refund.amount, null), reason: v.optional(refund.reason, null) });

/** The ledger of an invoice: what came in and went out. It is read with the document (`payments`). */
export const payments: readonly Operation[] = [
  operation({
    method: 'POST',
    path: '/documents/:id/payments',
    id: 'recordPayment',
    family: 'payments',
    summary: 'Record a payment that came in another way than online',
    notes: 'More than is left is kept as what it is: `due` is then below zero. With `notify`, the client is told by mail.',
    role: 'member',
    body: recordBody,
    example: { amount: '1200.00', day: '2026-11-27', method: 'transfer', reference: 'VIR ANNE LTD' },
    status: 201,
    answer: a.document,
    async run(call) {
      await call.run('recordPayment', { document: call.id(), ...call.body });
      return answerOf(call);
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/payments/:entry/reversal',
    id: 'reversePayment',
    family: 'payments',
    summary: 'Take a recorded payment back by a counter-entry',
    notes: 'Of one that was recorded by mistake, or paid in test mode. Nothing is ever deleted.',
    role: 'member',
    body: reversalBody,
    example: { reason: 'It was for another invoice' },
    status: 201,
    answer: a.document,
    async run(call) {
      await call.run('reversePayment', { document: call.id(), entry: call.id('entry'), ...call.body });
      return answerOf(call);
    },
  }),
  operation({
    method: 'POST',
    path: '/documents/:id/payments/:entry/refunds',
    id: 'refundPayment',
    family: 'payments',
    summary: 'Refund an online payment, all or some of it',
    notes:
      'Without `amount`, all that is left of it. It is in the ledger when Stripe has made it: `payment.refunded` says so, or `refund.refused`.',
    role: 'member',
    body: refundBody,
    example: { amount: '40.00', reason: 'One hour less' },
    status: 202,
    answer: a.document,
    async run(call) {
      await call.run('refundPayment', { document: call.id(), entry: call.id('entry'), ...call.body });
      return answerOf(call);
    },
  }),
];

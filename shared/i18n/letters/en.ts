import type { PaymentLetterWords, ReminderLetterWords } from './fr.ts';

/** English. */
export const paymentLetter: PaymentLetterWords = {
  about: {
    paid: (what) => `${what} paid`,
    part: (what, { amount }) => `${what}: payment of ${amount} received`,
    overpaid: (what, { over }) => `${what} paid, ${over} too much`,
    reversed: (what, { amount }) => `${what}: payment of ${amount} taken back`,
    refunded: (what, { amount }) => `${what}: refund of ${amount}`,
    refund_failed: (what) => `${what}: refund failed`,
    disputed: (what) => `${what}: payment disputed`,
    inquired: (what) => `${what}: a question from the bank`,
    dispute_won: (what) => `${what}: dispute closed, payment returned`,
    inquiry_closed: (what) => `${what}: the bank’s question is settled`,
    dispute_lost: (what) => `${what}: dispute closed`,
    processing: (what) => `${what}: payment on its way`,
    failed: (what) => `${what}: payment failed`,
    refund_refused: (what) => `${what}: refund not possible`,
    blocked: (what) => `${what}: online payment does not work`,
    unmatched: (what) => `${what}: payment to check at Stripe`,
  },
  inTest: (about) => `${about} (test)`,

  toClient: {
    paid: ({ company, amount, number }) => [
      `${company} has received your payment of ${amount}.`,
      `Invoice ${number} is paid in full: thank you!`,
    ],
    part: ({ company, amount }) => [`${company} has received your payment of ${amount}. Thank you!`],
    overpaid: ({ company, amount, over, number }) => [
      `${company} has received your payment of ${amount}. Thank you!`,
      `Invoice ${number} is paid in full, and more than that: you paid ${over} too much. Please agree with ${company} on what to do with it.`,
    ],
    reversed: ({ company, amount, number }) => [
      `${company} had recorded a payment of ${amount} on invoice ${number} by mistake. It has been taken back; no money left your account.`,
    ],
    refunded: ({ company, amount }) => [
      `${company} has refunded you ${amount}.`,
      'The money returns the way you paid; depending on your bank, this takes a few days.',
    ],
    refund_failed: ({ company, amount }) => [
      `Your bank did not take the refund of ${amount}: the money went back to ${company}.`,
      `Please agree with ${company} on another way to return it.`,
    ],
    disputed: ({ company, amount }) => [
      `The payment of ${amount} was disputed with your bank, which took it back from ${company}.`,
      `If this is a mistake, tell your bank and ${company}.`,
    ],
    inquired: ({ company }) => [
      `Your bank asks ${company} about a payment of this invoice. Nothing was taken back.`,
      'If you recognise this payment, tell your bank.',
    ],
    dispute_won: ({ company, amount }) => [`The dispute is closed: your bank has returned ${amount} to ${company}.`],
    inquiry_closed: () => ['Your bank has no more questions about this payment. Nothing was taken back.'],
    dispute_lost: () => ['The dispute is closed: the money your bank took back stays with you.'],
    processing: ({ amount }) => [
      `Your payment of ${amount} is on its way. Paid like this, your bank takes a few days to confirm it.`,
      'There is nothing else to do: you will get a message as soon as it has arrived.',
    ],
    failed: ({ amount, number }) => [
      `Your payment of ${amount} did not go through: the bank did not carry it out, and invoice ${number} is still to be paid.`,
      'You can try again, from the same account or another one.',
    ],
    refund_refused: () => [],
    blocked: () => [],
    unmatched: () => [],
  },

  toOwner: {
    paid: ({ client, amount }) => [`${client} has paid ${amount}. The invoice is paid in full.`],
    part: ({ client, amount }) => [`${client} has paid ${amount}.`],
    overpaid: ({ client, amount, over }) => [
      `${client} has paid ${amount}. The invoice is paid in full, with ${over} too much.`,
      'Agree with your client on what to do with it: a refund, or an advance on the next invoice.',
    ],
    reversed: ({ amount, number }) => [`A payment of ${amount}, recorded on invoice ${number} by mistake, was taken back.`],
    refunded: ({ client, amount }) => [`A refund of ${amount} is on its way to ${client}.`],
    refund_failed: ({ client, amount }) => [
      `The bank of ${client} did not take the refund of ${amount}: the money is back on your Stripe account.`,
      'Agree with your client on another way to return it.',
    ],
    disputed: ({ client, amount }) => [
      `The bank of ${client} disputes a payment and has taken back ${amount}.`,
      'Answer at Stripe before the deadline that is given there, with what proves your work.',
    ],
    inquired: ({ client }) => [
      `The bank of ${client} asks about a payment. Nothing was taken back.`,
      'Answer at Stripe before the deadline that is given there: a clear answer often avoids a dispute.',
    ],
    dispute_won: ({ amount }) => [`The dispute is closed in your favour: the money that was taken back (${amount}) returns to you.`],
    inquiry_closed: ({ client }) => [`The bank of ${client} has no more questions about this payment. Nothing was taken back.`],
    dispute_lost: () => ['The dispute is closed in your client’s favour: the money that was taken back does not return.'],
    processing: ({ client, amount }) => [
      `${client} has started a payment of ${amount}. Paid like this, it takes a few days to be confirmed.`,
      'Do not count on it until then: you will be told what becomes of it.',
    ],
    failed: ({ client, amount, number }) => [
      `The payment of ${amount} by ${client} did not go through: the bank did not carry it out. Invoice ${number} is still to be paid.`,
    ],
    refund_refused: ({ client, amount }) => [
      `Stripe does not make the refund of ${amount} to ${client}. No money has left your account.`,
      'The document says why; you can try again, or return the money another way.',
    ],
    blocked: ({ client, number }) => [
      `${client} wanted to pay invoice ${number} online and could not: Stripe refused to make a payment page.`,
      'Check your payment settings: the button there asks Stripe and says what is missing.',
    ],
    unmatched: ({ amount, number }) => [
      `Stripe has taken a payment of ${amount} that does not fit what was expected for invoice ${number}.`,
      'Nothing was entered here. Look at this payment at Stripe: refund it if it is not owed, or record it on the right invoice.',
    ],
  },

  left: (left, number) => `There is ${left} left to pay on invoice ${number}.`,
  attached: 'The receipt is attached to this message.',
  amount: 'Amount',
  day: 'Date',
  stripeReceipt: 'Stripe’s receipt',
  pay: 'Pay the invoice',
  why: 'You get this message because it is about the payment of this invoice.',
};

export const reminderLetter: ReminderLetterWords = {
  due: {
    about: {
      ahead: (what, { deadline }) => `${what} to be paid by ${deadline}`,
      first: (what) => `${what}: a reminder`,
      second: (what) => `${what} still to be paid`,
      later: (what) => `${what} still to be paid`,
    },
    text: {
      ahead: ({ number, deadline, amount }) => [
        `A short note to remind you that invoice ${number} is to be paid by ${deadline}: ${amount}.`,
      ],
      first: ({ number, deadline, amount }) => [
        `Unless we are mistaken, ${amount} is left to pay on invoice ${number}. It was due on ${deadline}.`,
      ],
      second: ({ company, number, deadline, amount }) => [
        `There is ${amount} left to pay on invoice ${number}. It was due on ${deadline}.`,
        `Things slip one’s mind. If something keeps you from paying, please tell ${company}.`,
      ],
      later: ({ company, number, deadline, amount }) => [
        `Invoice ${number} is still not paid: ${amount} is left. It was due on ${deadline}.`,
        `Please pay it as soon as you can. If that is difficult, talk to ${company}: there is nearly always a way.`,
      ],
    },
    paidAlready: 'If you have paid already, thank you: please forget this message.',
    paidMeanwhile: 'If you have paid in the meantime, thank you: please forget this message.',
    online: 'You can pay online, on the invoice’s page.',
    onlineOrTransfer: 'You can pay online, on the invoice’s page, or by bank transfer:',
    byTransfer: 'You can pay by bank transfer:',
  },
  expiring: {
    about: (what, deadline) => `${what} valid until ${deadline}`,
    text: (number, deadline) => `Quote ${number} is valid until ${deadline}, that day included.`,
    again: (number, deadline) => `Quote ${number} is only valid until ${deadline}, that day included.`,
    decide: 'You can accept it, refuse it or ask a question on its page. If you need more time, ask for it there.',
  },
  why: (company) => `You get this message because ${company} reminds of invoices to be paid and of quotes about to expire.`,
  unsubscribe: 'Unsubscribe from these reminders',
  sample: { client: 'Bridge Bakery', contact: 'Anne Martin', line: 'Repair' },

  page: {
    title: 'Reminders by mail',
    on: (company, address) =>
      `${company} sometimes sends you a reminder${address === null ? '' : ` to ${address}`}: of an invoice to be paid, or a quote about to expire.`,
    off: (company, address) => `${company} sends you no more reminders${address === null ? '' : ` to ${address}`}.`,
    rest: 'Documents and messages that are addressed to you still arrive.',
    stop: 'Get no more reminders',
    start: 'Get reminders again',
  },
};

/** What a mail about a payment tells: the thing that happened, and what it makes of the invoice. */
export type PaymentTurn =
  | 'paid'
  | 'part'
  | 'overpaid'
  | 'reversed'
  | 'refunded'
  | 'refund_failed'
  | 'disputed'
  | 'inquired'
  | 'dispute_won'
  | 'inquiry_closed'
  | 'dispute_lost'
  | 'processing'
  | 'failed'
  | 'unmatched'
  | 'refund_refused'
  | 'blocked';

/** What its sentences speak of: names, and amounts in the reader's language. `over`: what was paid too much. */
export interface PaymentWordsOf {
  company: string;
  client: string;
  number: string;
  amount: string;
  over: string;
}

/** French: mails about payments. Only the server reads these words. */
export const paymentLetter = {
  /** The subject, after the sender. `what`: “Facture F-2026-004”. */
  about: {
    paid: (what) => `${what} payée`,
    part: (what, { amount }) => `${what}\u00a0: paiement de ${amount} reçu`,
    overpaid: (what, { over }) => `${what} payée, avec ${over} de trop`,
    reversed: (what, { amount }) => `${what}\u00a0: paiement de ${amount} annulé`,
    refunded: (what, { amount }) => `${what}\u00a0: remboursement de ${amount}`,
    refund_failed: (what) => `${what}\u00a0: remboursement non abouti`,
    disputed: (what) => `${what}\u00a0: paiement contesté`,
    inquired: (what) => `${what}\u00a0: question de la banque`,
    dispute_won: (what) => `${what}\u00a0: contestation close, paiement rendu`,
    inquiry_closed: (what) => `${what}\u00a0: question de la banque close`,
    dispute_lost: (what) => `${what}\u00a0: contestation close`,
    processing: (what) => `${what}\u00a0: paiement en cours`,
    failed: (what) => `${what}\u00a0: paiement non abouti`,
    refund_refused: (what) => `${what}\u00a0: remboursement impossible`,
    blocked: (what) => `${what}\u00a0: le paiement en ligne ne fonctionne pas`,
    unmatched: (what) => `${what}\u00a0: paiement à vérifier chez Stripe`,
  } satisfies Record<PaymentTurn, (what: string, of: PaymentWordsOf) => string> as Record<
    PaymentTurn,
    (what: string, of: PaymentWordsOf) => string
  >,
  inTest: (about: string) => `${about} (test)`,

  /** To who pays: what happened, and what there is to do, a paragraph each. */
  toClient: {
    paid: ({ company, amount, number }) => [
      `${company} a bien reçu votre paiement de ${amount}.`,
      `La facture ${number} est entièrement payée\u00a0: merci\u00a0!`,
    ],
    part: ({ company, amount }) => [`${company} a bien reçu votre paiement de ${amount}. Merci\u00a0!`],
    overpaid: ({ company, amount, over, number }) => [
      `${company} a bien reçu votre paiement de ${amount}. Merci\u00a0!`,
      `La facture ${number} est entièrement payée, et même au-delà\u00a0: vous avez payé ${over} de trop. Convenez avec ${company} de ce qu’il faut en faire.`,
    ],
    reversed: ({ company, amount, number }) => [
      `${company} avait enregistré par erreur un paiement de ${amount} sur la facture ${number}. Il est annulé\u00a0; aucun argent n’est sorti de votre compte.`,
    ],
    refunded: ({ company, amount }) => [
      `${company} vous a remboursé ${amount}.`,
      'L’argent revient par le moyen avec lequel vous avez payé\u00a0; selon votre banque, cela prend quelques jours.',
    ],
    refund_failed: ({ company, amount }) => [
      `Votre banque n’a pas accepté le remboursement de ${amount}\u00a0: l’argent est revenu à ${company}.`,
      `Convenez avec ${company} d’un autre moyen de vous le rendre.`,
    ],
    disputed: ({ company, amount }) => [
      `Le paiement de ${amount} a été contesté auprès de votre banque, qui l’a repris à ${company}.`,
      `Si c’est une erreur, dites-le à votre banque et à ${company}.`,
    ],
    inquired: ({ company }) => [
      `Votre banque demande à ${company} des précisions sur un paiement de cette facture. Rien n’a été repris.`,
      `Si vous reconnaissez ce paiement, dites-le à votre banque.`,
    ],
    dispute_won: ({ company, amount }) => [`La contestation est close\u00a0: votre banque a rendu ${amount} à ${company}.`],
    inquiry_closed: () => ['Votre banque n’a plus de question sur ce paiement. Rien n’a été repris.'],
    dispute_lost: () => ['La contestation est close\u00a0: l’argent que votre banque avait repris vous reste.'],
    processing: ({ amount }) => [
      `Votre paiement de ${amount} est en cours. Par ce moyen, il faut quelques jours à votre banque pour le confirmer.`,
      'Vous n’avez rien d’autre à faire\u00a0: vous recevrez un message dès qu’il sera arrivé.',
    ],
    failed: ({ amount, number }) => [
      `Votre paiement de ${amount} n’a pas abouti\u00a0: la banque ne l’a pas exécuté, et la facture ${number} reste à payer.`,
      'Vous pouvez essayer de nouveau, du même compte ou d’un autre.',
    ],
    refund_refused: () => [],
    blocked: () => [],
    unmatched: () => [],
  } satisfies Record<PaymentTurn, (of: PaymentWordsOf) => string[]> as Record<PaymentTurn, (of: PaymentWordsOf) => string[]>,

  /** To the company's users. */
  toOwner: {
    paid: ({ client, amount }) => [`${client} a payé ${amount}. La facture est entièrement payée.`],
    part: ({ client, amount }) => [`${client} a payé ${amount}.`],
    overpaid: ({ client, amount, over }) => [
      `${client} a payé ${amount}. La facture est entièrement payée, avec ${over} de trop.`,
      'Convenez avec votre client de ce qu’il faut en faire\u00a0: un remboursement, ou une avance sur la facture suivante.',
    ],
    reversed: ({ amount, number }) => [`Un paiement de ${amount}, enregistré par erreur sur la facture ${number}, a été annulé.`],
    refunded: ({ client, amount }) => [`Un remboursement de ${amount} est parti vers ${client}.`],
    refund_failed: ({ client, amount }) => [
      `La banque de ${client} n’a pas accepté le remboursement de ${amount}\u00a0: l’argent est revenu sur votre compte Stripe.`,
      'Convenez avec votre client d’un autre moyen de le lui rendre.',
    ],
    disputed: ({ client, amount }) => [
      `La banque de ${client} conteste un paiement et a repris ${amount}.`,
      'Répondez chez Stripe avant la date limite qui y est indiquée, avec ce qui prouve votre prestation.',
    ],
    inquired: ({ client }) => [
      `La banque de ${client} demande des précisions sur un paiement. Rien n’a été repris.`,
      'Répondez chez Stripe avant la date limite qui y est indiquée\u00a0: une réponse claire évite souvent une contestation.',
    ],
    dispute_won: ({ amount }) => [`La contestation est close en votre faveur\u00a0: l’argent repris (${amount}) vous est rendu.`],
    inquiry_closed: ({ client }) => [`La banque de ${client} n’a plus de question sur ce paiement. Rien n’a été repris.`],
    dispute_lost: () => ['La contestation est close en faveur de votre client\u00a0: l’argent repris ne revient pas.'],
    processing: ({ client, amount }) => [
      `${client} a lancé un paiement de ${amount}. Par ce moyen, il faut quelques jours pour qu’il soit confirmé.`,
      'D’ici là, ne le comptez pas encore comme acquis\u00a0: vous serez prévenu de la suite.',
    ],
    failed: ({ client, amount, number }) => [
      `Le paiement de ${amount} par ${client} n’a pas abouti\u00a0: la banque ne l’a pas exécuté. La facture ${number} reste à payer.`,
    ],
    refund_refused: ({ client, amount }) => [
      `Stripe n’effectue pas le remboursement de ${amount} à ${client}. Aucun argent n’a quitté votre compte.`,
      'Le document en donne la raison\u00a0; vous pouvez réessayer, ou rendre l’argent autrement.',
    ],
    blocked: ({ client, number }) => [
      `${client} a voulu payer la facture ${number} en ligne, sans succès\u00a0: Stripe a refusé d’ouvrir une page de paiement.`,
      'Vérifiez vos réglages de paiement\u00a0: le bouton qui s’y trouve interroge Stripe et indique ce qui manque.',
    ],
    unmatched: ({ amount, number }) => [
      `Stripe a encaissé un paiement de ${amount} qui ne correspond pas à ce qui était attendu pour la facture ${number}.`,
      'Rien n’a été inscrit ici. Regardez ce paiement chez Stripe\u00a0: remboursez-le s’il n’est pas dû, ou enregistrez-le sur la bonne facture.',
    ],
  } satisfies Record<PaymentTurn, (of: PaymentWordsOf) => string[]> as Record<PaymentTurn, (of: PaymentWordsOf) => string[]>,

  left: (left: string, number: string) => `Il reste ${left} à payer sur la facture ${number}.`,
  attached: 'Le reçu est joint à ce message.',
  amount: 'Montant',
  day: 'Date',
  stripeReceipt: 'Reçu de Stripe',
  pay: 'Payer la facture',
  why: 'Vous recevez ce message parce qu’il concerne le paiement de cette facture.',
};

export type PaymentLetterWords = typeof paymentLetter;

/** Which words a reminder speaks: of what is still to come, or of what is late, by how often that was said before. */
export type ReminderTone = 'ahead' | 'first' | 'second' | 'later';

/** What its sentences speak of: the day and the amount in the reader's language. */
export interface ReminderWordsOf {
  company: string;
  number: string;
  deadline: string;
  /** What is left to pay. */
  amount: string;
}

/** French: mails that remind, and the page on which one unsubscribes from them. */
export const reminderLetter = {
  due: {
    /** The subject, after the sender. `what`: “Facture F-2026-004”. */
    about: {
      ahead: (what, { deadline }) => `${what} à payer pour le ${deadline}`,
      first: (what) => `${what}\u00a0: petit rappel`,
      second: (what) => `${what}\u00a0: toujours à payer`,
      later: (what) => `${what}\u00a0: toujours à payer`,
    } satisfies Record<ReminderTone, (what: string, of: ReminderWordsOf) => string> as Record<
      ReminderTone,
      (what: string, of: ReminderWordsOf) => string
    >,
    text: {
      ahead: ({ number, deadline, amount }) => [
        `Ce petit mot pour vous rappeler que la facture ${number} est à payer pour le ${deadline}\u00a0: ${amount}.`,
      ],
      first: ({ number, deadline, amount }) => [
        `Sauf erreur, il reste ${amount} à payer sur la facture ${number}. Son échéance était le ${deadline}.`,
      ],
      second: ({ company, number, deadline, amount }) => [
        `Il reste ${amount} à payer sur la facture ${number}. Son échéance était le ${deadline}.`,
        `Un oubli est vite arrivé. Si quelque chose vous retient, dites-le à ${company}.`,
      ],
      later: ({ company, number, deadline, amount }) => [
        `La facture ${number} n’est toujours pas payée\u00a0: il reste ${amount}. Son échéance était le ${deadline}.`,
        `Merci de la payer dès que vous le pouvez. En cas de difficulté, parlez-en à ${company}\u00a0: une solution se trouve le plus souvent.`,
      ],
    } satisfies Record<ReminderTone, (of: ReminderWordsOf) => string[]> as Record<ReminderTone, (of: ReminderWordsOf) => string[]>,
    paidAlready: 'Si c’est déjà fait, merci\u00a0: ne tenez pas compte de ce message.',
    paidMeanwhile: 'Si vous avez payé entre-temps, merci\u00a0: ne tenez pas compte de ce message.',
    online: 'Vous pouvez payer en ligne, sur la page de la facture.',
    onlineOrTransfer: 'Vous pouvez payer en ligne, sur la page de la facture, ou par virement\u00a0:',
    byTransfer: 'Vous pouvez payer par virement\u00a0:',
  },
  expiring: {
    about: (what: string, deadline: string) => `${what} valable jusqu’au ${deadline}`,
    text: (number: string, deadline: string) => `Le devis ${number} est valable jusqu’au ${deadline} inclus.`,
    again: (number: string, deadline: string) => `Le devis ${number} n’est plus valable que jusqu’au ${deadline} inclus.`,
    decide:
      'Vous pouvez l’accepter, le refuser ou poser une question sur sa page. S’il vous faut plus de temps, demandez-le au même endroit.',
  },
  why: (company: string) =>
    `Vous recevez ce message parce que ${company} rappelle les factures à payer et les devis qui arrivent à leur terme.`,
  unsubscribe: 'Ne plus recevoir ces rappels',
  /** What an example is about. */
  sample: { client: 'Boulangerie du Pont', contact: 'Anne Martin', line: 'Dépannage' },

  /** The page behind that link. `address`: the most of it hidden. */
  page: {
    title: 'Rappels par mail',
    on: (company: string, address: string | null) =>
      `${company} vous envoie parfois un rappel${address === null ? '' : ` à ${address}`}\u00a0: pour une facture à payer, ou un devis qui arrive à son terme.`,
    off: (company: string, address: string | null) =>
      `${company} ne vous envoie plus de rappels${address === null ? '' : ` à ${address}`}.`,
    rest: 'Les documents et les messages qui vous sont adressés continuent d’arriver.',
    stop: 'Ne plus recevoir de rappels',
    start: 'Recevoir de nouveau des rappels',
  },
};

export type ReminderLetterWords = typeof reminderLetter;

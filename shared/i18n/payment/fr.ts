import type { PaymentMethod } from '../../payment.ts';

/** French: how an invoice is paid, and what was received. */
export const payment = {
  /** How money moved, as a noun: on receipts and in the list of payments. */
  methods: {
    opening: 'Payé auparavant',
    card: 'Carte bancaire',
    paypal: 'PayPal',
    sepa_debit: 'Prélèvement SEPA',
    online: 'Paiement en ligne',
    transfer: 'Virement',
    cheque: 'Chèque',
    cash: 'Espèces',
    other: 'Autre moyen',
  } satisfies Record<PaymentMethod, string> as Record<PaymentMethod, string>,

  transfer: {
    title: 'Payer par virement',
    accountName: 'Titulaire du compte',
    amount: 'Montant',
    copy: 'Copier',
    copied: 'Copié',
    notCopied: 'Le navigateur ne laisse pas copier\u00a0: sélectionnez le texte.',
    /** What a button does, and what it has done, for whoever does not see what stands beside it. */
    copyOf: {
      accountName: 'Copier le titulaire du compte',
      iban: 'Copier l’IBAN',
      bic: 'Copier le BIC',
      reference: 'Copier la référence',
      amount: 'Copier le montant',
    },
    copiedOf: {
      accountName: 'Titulaire du compte copié',
      iban: 'IBAN copié',
      bic: 'BIC copié',
      reference: 'Référence copiée',
      amount: 'Montant copié',
    },
    scan: 'À scanner avec l’application de votre banque pour payer par virement',
    code: (amount: string) => `QR code de virement de ${amount}`,
  },

  receipt: {
    payment: 'Reçu de paiement',
    refund: 'Reçu de remboursement',
    from: 'Émis par',
    to: 'Reçu de',
    refundedTo: 'Remboursé à',
    invoice: 'Facture',
    of: 'Paiement',
    receivedOn: 'Reçu le',
    refundedOn: 'Remboursé le',
    method: 'Moyen de paiement',
    reference: 'Référence',
    reason: 'Motif',
    received: 'Montant reçu',
    refunded: 'Montant remboursé',
    total: 'Total TTC de la facture',
    credited: 'Avoirs',
    paid: 'Payé à ce jour, ce paiement compris',
    paidAfterRefund: 'Payé à ce jour, ce remboursement déduit',
    left: 'Reste à payer',
    overpaid: 'Payé en trop',
    test: 'Test\u00a0: aucun argent n’a été transféré',
    since: 'Depuis ce paiement',
    sinceRefund: 'Depuis ce remboursement',
    later: {
      refund: (day: string, amount: string) => `Remboursé le ${day}\u00a0: ${amount}`,
      refund_failed: (day: string, amount: string) => `Remboursement revenu le ${day}\u00a0: ${amount}`,
      reversal: (day: string, amount: string) => `Annulé le ${day}\u00a0: ${amount}`,
      dispute: (day: string, amount: string) => `Repris par la banque du payeur le ${day}\u00a0: ${amount}`,
      dispute_won: (day: string, amount: string) => `Rendu par la banque du payeur le ${day}\u00a0: ${amount}`,
    },
  },
};

export type PaymentWords = typeof payment;

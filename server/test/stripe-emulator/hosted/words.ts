/** What the hosted page says. */
const EN = {
  emulated: 'Emulated Stripe: no money moves.',
  pay: 'Pay',
  payTo: (name: string) => `Pay ${name}`,
  total: 'Total',
  back: 'Back',
  method: 'Payment method',
  card: 'Card',
  paypal: 'PayPal',
  sepa_debit: 'SEPA direct debit',
  email: 'Email',
  name: 'Name',
  number: 'Card number',
  numberHint:
    '4242 4242 4242 4242 pays; 4000 0025 0000 3155 asks for 3-D Secure; 4000 0000 0000 0002 is declined; 4000 0000 0000 9995 has no funds.',
  expiry: 'Expiry date',
  cvc: 'Security code',
  iban: 'IBAN',
  ibanHint: 'FR14 2004 1010 0505 0001 3M02 606 pays later; FR84 2004 1010 0505 0001 3M02 607 fails later.',
  paypalHint: 'You will be sent to PayPal (emulated) to approve the payment.',
  authenticate: '3-D Secure',
  authenticateText: (amount: string) => `Your bank asks you to confirm the payment of ${amount}.`,
  completeAnswer: 'Complete',
  failAnswer: 'Fail',
  paypalTitle: 'Log in to PayPal and pay',
  paypalText: (name: string, amount: string) => `${name} asks for ${amount}.`,
  approveAnswer: 'Approve',
  cancelAnswer: 'Cancel',
  complete: 'Payment complete',
  completeText: 'You have paid. This page can be closed.',
  processing: 'Payment in process',
  processingText: 'The bank has been asked for the money. It can take some days.',
  settleSucceed: 'Let the bank pay now',
  settleFail: 'Let the bank refuse now',
  unpaid: 'Payment failed',
  unpaidText: 'The bank has refused the payment.',
  expired: 'This payment page has expired',
  expiredText: 'Ask for another one where you came from.',
  unknown: 'There is no such payment page',
  receipt: 'Receipt',
  receiptFrom: (name: string) => `Receipt from ${name}`,
  paidOn: 'Paid on',
  refunded: 'Refunded',
};

export type Words = typeof EN;

const FR: Words = {
  emulated: 'Stripe émulé : aucun argent ne circule.',
  pay: 'Payer',
  payTo: (name) => `Payer ${name}`,
  total: 'Total',
  back: 'Retour',
  method: 'Moyen de paiement',
  card: 'Carte',
  paypal: 'PayPal',
  sepa_debit: 'Prélèvement SEPA',
  email: 'E-mail',
  name: 'Nom',
  number: 'Numéro de carte',
  numberHint:
    '4242 4242 4242 4242 paie ; 4000 0025 0000 3155 demande 3-D Secure ; 4000 0000 0000 0002 est refusée ; 4000 0000 0000 9995 n’a pas de provision.',
  expiry: 'Date d’expiration',
  cvc: 'Code de sécurité',
  iban: 'IBAN',
  ibanHint: 'FR14 2004 1010 0505 0001 3M02 606 paie plus tard ; FR84 2004 1010 0505 0001 3M02 607 échoue plus tard.',
  paypalHint: 'Vous irez chez PayPal (émulé) pour approuver le paiement.',
  authenticate: '3-D Secure',
  authenticateText: (amount) => `Votre banque vous demande de confirmer le paiement de ${amount}.`,
  completeAnswer: 'Confirmer',
  failAnswer: 'Échouer',
  paypalTitle: 'Se connecter à PayPal et payer',
  paypalText: (name, amount) => `${name} demande ${amount}.`,
  approveAnswer: 'Approuver',
  cancelAnswer: 'Annuler',
  complete: 'Paiement effectué',
  completeText: 'Vous avez payé. Cette page peut être fermée.',
  processing: 'Paiement en cours',
  processingText: 'L’argent a été demandé à la banque. Cela peut prendre quelques jours.',
  settleSucceed: 'Faire payer la banque maintenant',
  settleFail: 'Faire refuser la banque maintenant',
  unpaid: 'Paiement échoué',
  unpaidText: 'La banque a refusé le paiement.',
  expired: 'Cette page de paiement a expiré',
  expiredText: 'Demandez-en une autre là d’où vous venez.',
  unknown: 'Cette page de paiement n’existe pas',
  receipt: 'Reçu',
  receiptFrom: (name) => `Reçu de ${name}`,
  paidOn: 'Payé le',
  refunded: 'Remboursé',
};

/** In French, what cards and banks refuse with. */
const REFUSALS: Record<string, string> = {
  card_declined: 'Votre carte a été refusée.',
  insufficient_funds: 'Votre carte n’a pas de provision suffisante. Essayez une autre carte.',
  expired_card: 'Votre carte a expiré.',
  incorrect_cvc: 'Le code de sécurité de votre carte est incorrect.',
  processing_error: 'Une erreur est survenue pendant le traitement de votre carte. Réessayez dans un instant.',
  payment_intent_authentication_failure: 'Nous n’avons pas pu authentifier votre moyen de paiement. Choisissez-en un autre et réessayez.',
  payment_method_customer_decline: 'Le paiement a été annulé chez PayPal.',
  invalid_bank_account_iban: 'L’IBAN saisi n’est pas valable.',
};

export type Language = 'en' | 'fr';

/** The language of a session, or of the browser where the session leaves it open. */
export function languageOf(locale: string | null, accepted: string | undefined): Language {
  const wanted = locale === null || locale === 'auto' ? (accepted ?? '') : locale;
  return /^fr\b/i.test(wanted.trim()) ? 'fr' : 'en';
}

export function wordsOf(language: Language): Words {
  return language === 'fr' ? FR : EN;
}

export function refusalOf(language: Language, failure: { code: string; decline_code?: string; message: string }): string {
  if (language === 'en')
    return failure.code === 'payment_method_customer_decline' ? 'The payment was canceled at PayPal.' : failure.message;
  return REFUSALS[failure.decline_code ?? ''] ?? REFUSALS[failure.code] ?? failure.message;
}

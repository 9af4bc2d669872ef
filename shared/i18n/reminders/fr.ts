/** French: the company's plan of reminders, and who wants none. */
export const reminders = {
  title: 'Relances',
  text: 'Des mails polis, envoyés d’eux-mêmes dans la langue du client, entre 8 h et 18 h. Ils s’arrêtent dès que c’est payé ou décidé, et chacun peut s’en désabonner. Vous en êtes informé dans le fil.',
  invoices: {
    on: 'Rappeler les factures à payer',
    days: 'Jours après l’échéance',
    hint: 'Six au plus, par exemple 3, 10, 20. 0 est le jour même, −3 trois jours avant.',
  },
  quotes: {
    on: 'Rappeler les devis qui arrivent à leur terme',
    days: 'Jours avant la fin de validité',
    hint: 'Six au plus, par exemple 7, 2. 0 est le dernier jour.',
  },
  onWord: 'oui',
  offWord: 'non',
  previews: 'Lire ces mails avant vos clients',
  step: {
    due: (days: number) =>
      days === 0
        ? 'Le jour de l’échéance'
        : days < 0
          ? `${-days === 1 ? '1 jour' : `${-days} jours`} avant l’échéance`
          : `${days === 1 ? '1 jour' : `${days} jours`} après l’échéance`,
    expiring: (days: number) =>
      days === 0 ? 'Le dernier jour de validité' : `${days === 1 ? '1 jour' : `${days} jours`} avant la fin de validité`,
  },
  /** The name of a link that shows the language alone. */
  previewOf: (step: string, language: string) => `${language}\u00a0: ${step.toLowerCase()} (nouvel onglet)`,

  client: {
    title: 'Relances',
    off: 'Ne jamais relancer ce client par mail',
    hint: 'Ni pour ses factures, ni pour ses devis. Rien d’autre ne change.',
    unsubscribed: 'Ne veut plus de relances',
  },

  feed: {
    sentDue: (names: string) => `a relancé ${names} pour cette facture`,
    sentExpiring: (names: string) => `a rappelé ce devis à ${names}`,
    unsubscribed: 'ne veut plus de relances par mail',
    subscribed: 'veut de nouveau des relances par mail',
  },
};

export type ReminderWords = typeof reminders;

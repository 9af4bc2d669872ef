import type { Action, Kind } from '../../document.ts';

/**
 * French: what the live frame of the client's page says, and nothing else. The browser has these words before any other, so each of
 * them is paid for by whoever only reads a document; the rest of the catalogue comes with the code that speaks it.
 */
export const frame = {
  kinds: {
    quote: 'Devis',
    order: 'Bon de commande',
    delivery: 'Bon de livraison',
    invoice: 'Facture',
    credit_note: 'Avoir',
  } satisfies Record<Kind, string> as Record<Kind, string>,

  actions: {
    accept: 'Accepter',
    refuse: 'Refuser',
    hold: 'Mettre en attente',
  } satisfies Record<Action, string> as Record<Action, string>,

  page: {
    skip: 'Aller au document',
    title: (kind: string, number: string, company: string) => `${kind} ${number} · ${company}`,
    conversation: 'Conversation',
    pay: 'Payer en ligne',
    unread: (n: number) => (n < 2 ? `${n} message non lu` : `${n} messages non lus`),
    sendingDecision: 'Envoi en cours…',
    decisionWaits: 'Pas de connexion : votre décision partira dès son retour. Rien n’est perdu.',

    isHere: (name: string) => `${name} est là`,
    areHere: (names: string) => `${names} sont là`,
    reconnecting: 'Reconnexion… rien n’est perdu.',
    offline: 'Hors ligne. Ce que vous écrivez partira au retour de la connexion.',
    caughtUp: 'De nouveau en ligne, tout est à jour.',
    outdated: 'Une nouvelle version de cette page est en ligne.',
    reload: 'Recharger',

    goneTitle: 'Ce lien n’ouvre rien',
    goneText: 'Il a peut-être été remplacé, ou l’adresse est incomplète. Rien n’est perdu : le document existe toujours chez son auteur.',
    goneDo: {
      copied: 'Vérifiez que l’adresse a été copiée en entier.',
      latest: 'Ouvrez le lien du message le plus récent que vous avez reçu.',
      ask: 'Sinon, demandez un nouveau lien à la personne qui vous l’a envoyé.',
    },
  },
};

export type FrameWords = typeof frame;

/** French: the owner's endpoints, and what they were told. */
export const webhooks = {
  nav: 'Webhooks',
  title: 'Webhooks',
  text: 'À chaque événement, le serveur appelle vos adresses, avec une signature au format Standard Webhooks. Une adresse qui ne répond pas est rappelée pendant une journée.',
  docs: 'Documentation de l’API',
  none: 'Aucune adresse pour le moment.',

  state: { on: 'Active', off: 'Désactivée', gone: 'Désactivée : l’adresse a répondu qu’elle ne veut plus rien (410)' },
  allEvents: 'Tous les événements',
  someEvents: (n: number) => (n < 2 ? '1 type d’événement' : `${n} types d’événements`),
  secret: 'Clé de signature',
  copySecret: 'Copier la clé',
  copySecretOf: (name: string) => `Copier la clé de signature de ${name}`,
  turnOff: 'Désactiver',
  turnOffOf: (name: string) => `Désactiver ${name}`,
  turnOn: 'Activer',
  turnOnOf: (name: string) => `Activer ${name}`,
  change: 'Modifier',
  changeOf: (name: string) => `Modifier ${name}`,
  remove: 'Supprimer',
  removeOf: (name: string) => `Supprimer ${name}`,
  removeAsk: (url: string) =>
    `Ne plus rien envoyer à ${url} ? Ce qui attend encore ne partira pas, et le journal des envois n’est plus visible.`,
  removed: 'Adresse supprimée.',
  changed: 'Enregistré.',

  form: {
    add: 'Ajouter une adresse',
    url: 'Adresse',
    urlHint: 'En https ; http seulement sur le serveur lui-même.',
    urlWrong: 'Indiquez une adresse complète, en https.',
    label: 'Nom',
    labelHint: 'Par exemple « Comptabilité ». Facultatif.',
    events: 'Événements',
    all: 'Tous, ceux qui viendront aussi',
    some: 'Seulement ceux-ci :',
    typesRequired: 'Choisissez au moins un type d’événement.',
    submit: 'Ajouter',
    save: 'Enregistrer',
    added: 'Adresse ajoutée. Sa clé de signature est ci-dessus.',
  },

  log: {
    title: 'Envois',
    of: (name: string) => `Envois à ${name}`,
    none: 'Rien n’a encore été envoyé. Les envois sont gardés 30 jours.',
    attempts: (n: number) => (n < 2 ? `${n} essai` : `${n} essais`),
    waiting: 'En attente',
    delivered: 'Reçu',
    failed: 'Abandonné',
    next: 'prochain essai le',
    soon: 'prochain essai dans un instant',
    replay: 'Renvoyer',
    replayOf: (seq: number) => `Renvoyer l’événement ${seq}`,
    replayed: 'C’est reparti.',
    older: 'Plus anciens',
  },

  feed: { failed: 'n’a pas reçu un événement' },
  mend: 'Voir les webhooks',
};

export type WebhookWords = typeof webhooks;

import type { Action, Kind, Status } from '../document.ts';
import type { RefusalCode } from '../refusal.ts';
import type { Field, LineField } from '../changes.ts';

const plural = (n: number, one: string, other: string) => `${n}\u00a0${Math.abs(n) < 2 ? one : other}`;

/** French. Each entry is a string, or a function of what it speaks about. The other languages have the same shape. */
export const fr = {
  languageName: 'Français',

  kinds: {
    quote: 'Devis',
    order: 'Bon de commande',
    delivery: 'Bon de livraison',
    invoice: 'Facture',
    credit_note: 'Avoir',
  } satisfies Record<Kind, string> as Record<Kind, string>,

  /** Short names for narrow places, such as the chain. */
  shortKinds: {
    quote: 'Devis',
    order: 'Commande',
    delivery: 'Livraison',
    invoice: 'Facture',
    credit_note: 'Avoir',
  } satisfies Record<Kind, string> as Record<Kind, string>,

  /** A state as a word, agreeing with its kind. `expired` and `overdue` are derived from the day. */
  state(kind: Kind, status: Status | 'expired' | 'overdue'): string {
    const feminine = kind === 'invoice';
    const words: Record<Status | 'expired' | 'overdue', string> = {
      draft: 'Brouillon',
      issued: feminine ? 'Émise' : 'Émis',
      on_hold: 'En attente',
      accepted: 'Accepté',
      refused: 'Refusé',
      withdrawn: 'Retiré',
      part_paid: 'Payée en partie',
      paid: 'Payée',
      expired: 'Expiré',
      overdue: 'En retard',
    };
    return words[status];
  },

  actions: {
    accept: 'Accepter',
    refuse: 'Refuser',
    hold: 'Mettre en attente',
  } satisfies Record<Action, string> as Record<Action, string>,

  /** The words on the sheet and in the PDF, in the document's own language. */
  document: {
    number: 'Numéro',
    date: 'Date',
    validUntil: 'Valable jusqu’au',
    dueDate: 'Échéance',
    deliveryDate: 'Date de livraison',
    reference: 'Votre référence',
    from: 'De',
    to: 'À',
    deliverTo: 'Livré à',
    description: 'Désignation',
    quantity: 'Qté',
    unit: 'Unité',
    unitPrice: 'PU HT',
    discount: 'Remise',
    vatRate: 'TVA',
    lineNet: 'Total HT',
    backorder: (quantity: string) => `Reste à livrer : ${quantity}`,
    allowance: 'Remise',
    charge: 'Frais',
    linesTotal: 'Total des lignes HT',
    net: 'Total HT',
    vat: 'TVA',
    gross: 'Total TTC',
    prepaid: 'Déjà payé',
    rounding: 'Arrondi',
    due: 'Net à payer',
    vatTable: 'Détail de la TVA',
    vatCategory: 'Catégorie',
    vatBase: 'Base HT',
    vatAmount: 'Montant',
    exemption: 'Motif d’exonération',
    notes: 'Notes',
    terms: 'Conditions',
    mentions: 'Mentions',
    payment: 'Règlement par virement',
    iban: 'IBAN',
    bic: 'BIC',
    paymentReference: 'Référence à rappeler',
    references: 'Références',
    contract: 'Contrat',
    otherDocument: 'Document',
    vatId: 'N° TVA',
    phone: 'Tél.',
    revision: (n: number) => `Révision ${n}`,
    page: (page: number, pages: number) => `Page ${page} sur ${pages}`,
    receipt: (number: string) => `Avis de réception ${number}`,
    received: 'Reçu',
    short: 'Manquant',
    rejected: 'Refusé',
    currency: (code: string) => `Montants en ${code}`,
    /** The stamp: a word, the day and the name, where there is one. */
    stamp: (state: string, day: string | null, name: string | null) => [state, day, name].filter((x) => x !== null).join(' · '),
    vatCategories: {
      S: 'Taux normal',
      Z: 'Taux zéro',
      E: 'Exonéré',
      AE: 'Autoliquidation',
      K: 'Livraison intracommunautaire',
      G: 'Exportation',
      O: 'Hors champ',
      L: 'IGIC',
      M: 'IPSI',
      B: 'TVA transférée',
    } as Record<string, string>,
    /** UN/ECE Recommendation 20 codes people meet; any other code is shown as it is. */
    units: {
      C62: 'u.', EA: 'u.', H87: 'pièce', XPP: 'pièce', HUR: 'h', DAY: 'j', MON: 'mois', WEE: 'sem.', ANN: 'an', MIN: 'min',
      KGM: 'kg', GRM: 'g', TNE: 't', LTR: 'l', MTR: 'm', MTK: 'm²', MTQ: 'm³', CMT: 'cm', KMT: 'km', KWH: 'kWh', SET: 'lot',
      PR: 'paire', BX: 'boîte', XBX: 'boîte', XCT: 'carton', P1: '%', LS: 'forfait', E48: 'service', ZZ: '',
    } as Record<string, string>,
  },

  /** The sentence a person agrees to; kept as evidence with the decision. */
  consent: {
    accept: (kind: Kind, number: string, total: string | null) =>
      `J’accepte ${{ quote: 'le devis', order: 'le bon de commande', delivery: 'le bon de livraison', invoice: 'la facture', credit_note: 'l’avoir' }[kind]} ${number}${total === null ? '' : ` d’un montant de ${total} TTC`} et ses conditions.`,
    refuse: (kind: Kind, number: string) =>
      `Je refuse ${{ quote: 'le devis', order: 'le bon de commande', delivery: 'le bon de livraison', invoice: 'la facture', credit_note: 'l’avoir' }[kind]} ${number}.`,
    hold: (_kind: Kind, number: string) => `Je mets le devis ${number} en attente ; il n’est ni accepté ni refusé.`,
  },

  changes: {
    lineAdded: (description: string) => `Ligne ajoutée : ${description}`,
    lineRemoved: (description: string) => `Ligne supprimée : ${description}`,
    lineChanged: (description: string, field: string, before: string, after: string) => `${description} — ${field} : ${before} → ${after}`,
    fieldChanged: (field: string, before: string, after: string) => `${field} : ${before} → ${after}`,
    none: '—',
    lineFields: { description: 'désignation', quantity: 'quantité', unitPrice: 'prix unitaire', net: 'total', vat: 'TVA' } satisfies Record<LineField, string> as Record<LineField, string>,
    fields: {
      validUntil: 'Validité', dueDate: 'Échéance', reference: 'Référence', net: 'Total HT', gross: 'Total TTC', due: 'Net à payer', notes: 'Notes', terms: 'Conditions',
    } satisfies Record<Field, string> as Record<Field, string>,
  },

  refusals: {
    malformed: 'La demande n’a pas pu être lue.',
    unauthorized: 'Connectez-vous pour continuer.',
    bad_credentials: 'Adresse ou mot de passe incorrect.',
    forbidden: 'Vous n’avez pas le droit de faire cela.',
    bad_origin: 'La demande vient d’une autre page ; rechargez celle-ci et recommencez.',
    not_found: 'Introuvable.',
    method_not_allowed: 'Cette action n’existe pas à cette adresse.',
    revision_changed: 'Le document a changé entre-temps. Relisez-le avant de décider ; rien n’a été enregistré.',
    already_decided: 'Une décision a déjà été prise sur ce document.',
    quote_expired: 'La validité de ce devis est passée ; demandez-en une nouvelle version.',
    action_not_allowed: 'Cette action n’est pas possible sur ce document.',
    not_issued: 'Ce document n’est pas encore émis.',
    already_issued: 'Ce document est déjà émis.',
    number_taken: 'Ce numéro existe déjà pour cette origine.',
    already_revoked: 'Ce lien est déjà révoqué.',
    revision_not_allowed: 'Ce document ne peut pas être révisé dans son état.',
    already_set_up: 'Ce serveur est déjà configuré.',
    protocol_mismatch: 'Une nouvelle version est en ligne ; rechargez la page.',
    too_large: 'C’est trop volumineux.',
    unsupported_media_type: 'Ce format n’est pas accepté ici.',
    invalid_input: 'Certains champs sont à corriger.',
    id_reused: 'Cet identifiant a déjà servi pour une autre demande.',
    name_required: 'Indiquez votre nom.',
    client_without_email: 'Ce client n’a pas d’adresse e-mail : il ne peut pas être prévenu.',
    xml_not_wellformed: 'Ce fichier XML n’est pas bien formé.',
    xml_forbidden: 'Ce fichier XML contient des éléments interdits (DOCTYPE, entités, profondeur).',
    xml_unknown: 'Ce type de document XML n’est pas reconnu.',
    en16931_failed: 'Les totaux de cette facture ne respectent pas la norme EN 16931.',
    reference_not_found: 'Le document auquel celui-ci se rapporte est introuvable.',
    rate_limited: 'Trop de tentatives ; réessayez dans un instant.',
    internal: 'Une erreur est survenue de notre côté. Rien n’a été enregistré.',
    unavailable: 'Le service est momentanément indisponible.',
  } satisfies Record<RefusalCode, string> as Record<RefusalCode, string>,

  /** The client's page. */
  page: {
    openPdf: 'Ouvrir le PDF',
    messages: (n: number) => plural(n, 'message', 'messages'),
  },

  /** The owner's console. */
  console: {
    title: 'webdocument',
  },
};

export type Catalogue = typeof fr;

import type { Kind } from '../../document.ts';

const has = (who: string) => (who === 'Vous' ? 'Vous avez' : `${who} a`);

/** French: the chain of a deal, what both sides do with a document besides deciding, and what the owner makes of it. */
export const chain = {
  title: 'De la première à la dernière pièce',

  labelled: (label: string, value: string) => `${label} : ${value}`,
  quoted: (text: string) => `«\u00a0${text}\u00a0»`,
  deposit: 'Acompte',

  quantities: {
    title: 'Quantités',
    line: 'Ligne',
    ordered: 'Commandé',
    quoted: 'Proposé',
    delivered: 'Livré',
    invoiced: 'Facturé',
    leftToDeliver: 'Reste à livrer',
    leftToInvoice: 'Reste à facturer',
  },

  options: {
    choose: 'Ajouter',
    chosen: 'Ajouté',

    recap: 'Options retenues',
    none: 'aucune',
    moved: (total: string) => `Les options retenues ont changé : le total est maintenant de ${total}.`,
    waits: 'En attente de la connexion',
  },

  acts: {
    reopened: (who: string, reason: string) => `${who} a rouvert ce document : «\u00a0${reason}\u00a0»`,
    withdrawn: (who: string, reason: string | null) => `${who} a retiré ce devis${reason === null ? '' : ` : «\u00a0${reason}\u00a0»`}`,
  },
  marked: 'Modifié dans cette révision',

  ask: {
    change: 'Proposer une modification',
    changeOf: (line: string) => `Proposer une modification de «\u00a0${line}\u00a0»`,
    changeHint: 'Rien ne change tant que l’entreprise n’a pas publié une nouvelle révision.',
    quantity: 'Quantité souhaitée',
    unitPrice: 'Prix unitaire HT souhaité',
    remark: 'Votre remarque',
    remarkHint: 'Elle apparaît dans la conversation, à cette ligne.',
    time: 'Demander un délai',
    timeTitle: 'Demander plus de temps',
    until: 'Valable jusqu’au',
    untilHint: 'La date qui vous conviendrait.',
    send: 'Envoyer la demande',
    nothing: 'Indiquez une quantité, un prix ou une remarque.',
    number: 'Indiquez un nombre, par exemple 12,5.',
    lineTitle: (line: string) => `Ligne «\u00a0${line}\u00a0»`,
    wantsQuantity: (before: string | null, after: string) => (before === null ? `Quantité : ${after}` : `Quantité : ${before} → ${after}`),
    wantsPrice: (before: string | null, after: string) =>
      before === null ? `Prix unitaire : ${after}` : `Prix unitaire : ${before} → ${after}`,
    wantsTime: (day: string | null) => (day === null ? 'Demande un délai supplémentaire' : `Demande un délai jusqu’au ${day}`),
    older: (revision: number) => `sur la révision ${revision}`,
    apply: 'Préparer une révision',
    extend: (day: string) => `Prolonger jusqu’au ${day}`,
  },

  accept: {
    orderNumber: 'Votre numéro de commande',
    orderNumberHint: 'Il figurera sur la commande, les livraisons et les factures qui suivent.',
    reserves: 'Réserves',
    reservesHint: 'Ce qui manque, ce qui est abîmé : ligne par ligne, ou en général. Laissez vide si tout est en ordre.',
    general: 'En général',
    reserveFor: (line: string) => `Réserve sur «\u00a0${line}\u00a0»`,
  },

  /** What the owner does with a document. */
  act: {
    title: 'Actions',
    quote: 'Créer un devis',
    order: 'Créer la commande',
    delivery: 'Créer une livraison',
    invoice: 'Créer une facture',
    deposit: 'Facture d’acompte',
    credit_note: 'Créer un avoir',
    copy: 'Dupliquer',
    revise: 'Réviser',
    continueRevision: 'Reprendre la révision',
    extend: (days: number) => `Prolonger de ${days} jours`,
    extendTo: 'Prolonger jusqu’à…',
    withdraw: 'Retirer',
    reopen: 'Rouvrir',
    more: 'Autres actions',
  },
  extend: {
    title: 'Prolonger la validité',
    until: 'Valable jusqu’au',
    text: 'Une nouvelle révision est publiée, qui ne diffère que par sa validité.',
    submit: 'Prolonger',
  },
  withdraw: {
    title: (number: string) => `Retirer le devis ${number} ?`,
    text: 'Le client ne pourra plus rien décider. Il voit votre motif.',
    reason: 'Motif',
  },
  reopen: {
    title: (theKind: string, number: string) => `Rouvrir ${theKind} ${number} ?`,
    text: 'Le client pourra décider de nouveau ; la décision prise est conservée. Il voit votre motif.',
    reason: 'Motif',
    required: 'Indiquez le motif.',
  },
  follow: {
    title: {
      order: 'Nouvelle commande',
      delivery: 'Nouvelle livraison',
      invoice: 'Nouvelle facture',
      credit_note: 'Nouvel avoir',
      quote: 'Nouveau devis',
    } satisfies Record<Kind, string> as Record<Kind, string>,
    text: 'Choisissez ce que vous reprenez. Vous pourrez encore tout modifier avant d’émettre.',
    left: 'Reste',
    deduction: (amount: string) => `${amount} HT, repris en entier ou pas du tout`,
    take: 'Quantité',
    takeOf: (line: string) => `Quantité de «\u00a0${line}\u00a0»`,
    all: 'Tout',
    none: 'Rien',
    from: 'À partir de',
    nothing: 'Il ne reste rien à reprendre.',
    tooMuch: (most: string) => `Au plus ${most}`,
    empty: 'Choisissez au moins une quantité.',
    make: 'Préparer le brouillon',
  },
  depositForm: {
    title: 'Facture d’acompte',
    text: 'L’acompte est réparti par taux de TVA, et déduit de la facture finale.',
    percent: 'Pourcentage du devis',
    amount: 'Montant TTC',
    how: 'L’acompte est',
    value: 'Valeur',
    comesTo: (amount: string) => `soit ${amount} TTC`,
    most: (amount: string) => `Au plus ${amount} TTC`,
    positive: 'Indiquez un nombre au-dessus de zéro.',
  },

  feed: {
    accepted_with_reserves: 'a accepté avec réserves',
    deleted: (theKind: string) => `a supprimé le brouillon (${theKind})`,
    revisionStarted: 'a commencé une révision',
    revisionDiscarded: 'a abandonné la révision en préparation',
    withdrawn: 'a retiré le devis',
    reopened: 'a rouvert le document',
    credited: (amount: string) => `a émis un avoir de ${amount} sur la facture`,
    chose: (line: string) => `a ajouté l’option «\u00a0${line}\u00a0»`,
    unchose: (line: string) => `a retiré l’option «\u00a0${line}\u00a0»`,
    proposes: (line: string) => `propose une modification de «\u00a0${line}\u00a0»`,
    asksTime: (day: string | null) => (day === null ? 'demande un délai' : `demande un délai jusqu’au ${day}`),
    extended: (day: string) => `a prolongé la validité jusqu’au ${day}`,
    orderNumber: (number: string) => `Commande n° ${number}`,
  },
  notice: {
    extended: (who: string, day: string, at: string) => `${has(who)} prolongé la validité jusqu’au ${day}, à ${at}.`,
    withdrawn: (who: string, what: string, at: string) => `${has(who)} retiré ${what} à ${at}.`,
    reopened: (who: string, what: string, at: string, reason: string) => `${has(who)} rouvert ${what} à ${at} : «\u00a0${reason}\u00a0»`,
    answer: 'Répondre',
    credited: (number: string, amount: string) => `Un avoir de ${amount} a été émis sur la facture ${number}.`,
    chosen: (who: string, line: string, at: string) => `${who} a ajouté l’option «\u00a0${line}\u00a0» à ${at}.`,
    unchosen: (who: string, line: string, at: string) => `${who} a retiré l’option «\u00a0${line}\u00a0» à ${at}.`,
  },
};

export type ChainWords = typeof chain;

import type { Language } from '../../shared/document.ts';

/** The few words that an import writes into a document, beside what the file says. */
export interface Words {
  sellerItem: string;
  buyerItem: string;
  standardItem: string;
  makerItem: string;
  lot: string;
  expiry: string;
  serial: string;
  period: string;
  delivery: string;
  account: string;
  price: string;
  /** What a type of invoice must say of itself, by its UNTDID 1001 code. (CGI ann. II art. 242 nonies A; EN 16931 BT-3.) */
  types: Readonly<Record<string, string>>;
}

const fr: Words = {
  sellerItem: 'Réf.',
  buyerItem: 'Votre réf.',
  standardItem: 'Code article',
  makerItem: 'Réf. fabricant',
  lot: 'Lot',
  expiry: 'expire le',
  serial: 'N° de série',
  period: 'Période',
  delivery: 'Livraison',
  account: 'Compte',
  price: 'Prix',
  types: {
    '261': 'Autofacturation',
    '326': 'Facture partielle',
    '384': 'Facture rectificative',
    '386': 'Facture d’acompte',
    '389': 'Autofacturation',
    '393': 'Facture affacturée',
    '396': 'Avoir affacturé',
  },
};

const en: Words = {
  sellerItem: 'Item',
  buyerItem: 'Your item',
  standardItem: 'Item code',
  makerItem: 'Maker’s item',
  lot: 'Lot',
  expiry: 'expires',
  serial: 'Serial no.',
  period: 'Period',
  delivery: 'Delivery',
  account: 'Account',
  price: 'Price',
  types: {
    '261': 'Self-billed credit note',
    '326': 'Partial invoice',
    '384': 'Corrected invoice',
    '386': 'Deposit invoice',
    '389': 'Self-billed invoice',
    '393': 'Factored invoice',
    '396': 'Factored credit note',
  },
};

const WORDS: { readonly [L in Language]: Words } = { fr, en };

export function wordsOf(language: Language): Words {
  return WORDS[language];
}

import { defaultNumbering } from '../../shared/numbering.ts';
import type { Company } from '../entities/index.ts';

/** The company a stranger meets first: a plumber in Lyon. None of it exists; the IBAN is the documentation example. */
export const DEMO = {
  user: { name: 'Claire Bellecour', email: 'claire@plomberie-bellecour.example', password: 'bellecour-demo' },
  /** Writes and sends documents with her. */
  member: { name: 'Thomas Ferrand', email: 'thomas@plomberie-bellecour.example', password: 'bellecour-demo' },
  company: {
    name: 'Plomberie Bellecour',
    language: 'fr',
    timeZone: 'Europe/Paris',
    currency: 'EUR',
    accent: '#0b6e8a',
    identity: {
      name: 'Plomberie Bellecour',
      legalName: 'Plomberie Bellecour SARL',
      legalForm: 'SARL au capital de 15 000 €',
      address: { lines: ['12 rue des Marronniers'], postcode: '69002', city: 'Lyon', region: null, country: 'FR' },
      vatId: 'FR11123456782',
      ids: [{ label: 'SIRET', value: '123 456 782 00010' }],
      contact: { name: 'Claire Bellecour', email: 'claire@plomberie-bellecour.example', phone: '04 72 00 00 00' },
    },
    logo: null,
    numbering: defaultNumbering('fr'),
    payment: { iban: 'FR76 3000 6000 0112 3456 7890 189', bic: 'AGRIFRPP', reference: null, accountName: 'Plomberie Bellecour SARL' },
    terms: [
      'Acompte de 30 % à la commande, solde à la réception des travaux.',
      'Les travaux commencent sous trois semaines après acceptation.',
    ],
    mentions: [
      'Pas d’escompte pour paiement anticipé. Pénalités de retard : trois fois le taux d’intérêt légal. Indemnité forfaitaire pour frais de recouvrement : 40 € (C. com. L441-10, D441-5).',
      'Assurance décennale : Mutuelle du Rhône, contrat n° 7 401 225, couverture France métropolitaine.',
    ],
    validityDays: 30,
    paymentDays: 30,
  } satisfies Partial<Company>,
} as const;

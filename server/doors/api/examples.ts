/** Bodies that would do, for the description. */

export const ID = '0b6ff2a4-6f0e-4d52-9a53-0d6f7b1c2e3f';

export const QUOTE = {
  kind: 'quote',
  client: { name: 'Boulangerie du Pont', contacts: [{ name: 'Anne Martin', email: 'anne@example.com' }] },
  lines: [{ description: 'Oven', quantity: '1', unitPrice: '1240.00', vat: { category: 'S', rate: '20' } }],
};

export const CLIENT = {
  name: 'Boulangerie du Pont',
  legalName: null,
  siren: null,
  siret: null,
  vatId: null,
  address: { lines: ['3 place du Pont'], postcode: '69007', city: 'Lyon', country: 'FR' },
  contacts: [{ name: 'Anne Martin', email: 'anne@example.com', language: 'fr' }],
};

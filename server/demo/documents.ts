/** The demo's documents, as a program would send them to the API. Prices without VAT, in euro. */

const vat = (rate: string) => ({ category: 'S', rate });

const anne = {
  name: 'Anne Martin',
  address: { lines: ['8 quai Romain-Rolland'], postcode: '69005', city: 'Lyon', country: 'FR' },
  contacts: [{ name: 'Anne Martin', email: 'anne.martin@example.com', language: 'fr' }],
};

const hadad = {
  name: 'Boulangerie du Pont',
  address: { lines: ['3 place du Pont'], postcode: '69007', city: 'Lyon', country: 'FR' },
  vatId: 'FR83987654321',
  contacts: [{ name: 'Karim Haddad', email: 'karim@boulangerie-du-pont.example', language: 'fr' }],
};

const doctor = {
  name: 'Cabinet Rousseau',
  address: { lines: ['41 cours Gambetta'], postcode: '69003', city: 'Lyon', country: 'FR' },
  contacts: [{ name: 'Dr Hélène Rousseau', email: null, language: 'fr' }],
};

const harbour = {
  name: 'Harbour Café Ltd',
  address: { lines: ['27 rue Mercière'], postcode: '69002', city: 'Lyon', country: 'FR' },
  contacts: [{ name: 'Luke Byrne', email: 'luke@harbour-cafe.example', language: 'en' }],
};

/** A quote on hold, with a conversation. */
export const bathroom = {
  quote: {
    kind: 'quote',
    client: anne,
    reference: 'Salle de bains, 2e étage',
    lines: [
      { description: 'Dépose de l’ancienne installation et évacuation', quantity: '1', unit: 'LS', unitPrice: '480.00', vat: vat('10') },
      { description: 'Receveur de douche extra-plat 120 × 90, pose comprise', quantity: '1', unitPrice: '890.00', vat: vat('10') },
      { description: 'Paroi de douche fixe, verre 8 mm', quantity: '1', unitPrice: '545.00', discount: '10', vat: vat('10') },
      {
        description: 'Mitigeur thermostatique encastré',
        details: ['Finition laiton brossé, garantie 5 ans'],
        quantity: '1',
        unitPrice: '365.00',
        vat: vat('10'),
      },
      { description: 'Main-d’œuvre plomberie', quantity: '14.5', unit: 'HUR', unitPrice: '58.00', vat: vat('10') },
    ],
    notes: 'TVA à 10 % : logement achevé depuis plus de deux ans, attestation à signer avant les travaux.',
  },
};

/** The quote that the demo's whole chain comes from. */
export const bakery = {
  quote: {
    kind: 'quote',
    client: hadad,
    reference: 'Fournil',
    lines: [
      { description: 'Chauffe-eau 300 l, pose et raccordement', quantity: '2', unitPrice: '1240.00', vat: vat('20') },
      { description: 'Tube cuivre 22 mm', quantity: '36', unit: 'MTR', unitPrice: '11.40', vat: vat('20') },
      { description: 'Main-d’œuvre', quantity: '18', unit: 'HUR', unitPrice: '58.00', vat: vat('20') },
    ],
  },
};

/** An invoice nobody has paid in time. */
export const surgery = {
  invoice: {
    kind: 'invoice',
    client: doctor,
    lines: [
      { description: 'Dépannage : fuite sur évacuation du lavabo', quantity: '1', unit: 'LS', unitPrice: '95.00', vat: vat('20') },
      { description: 'Siphon laiton chromé', quantity: '1', unitPrice: '38.50', vat: vat('20') },
      { description: 'Main-d’œuvre', quantity: '1.5', unit: 'HUR', unitPrice: '58.00', vat: vat('20') },
    ],
  },
};

/** A client who reads English; everything still open. */
export const cafe = {
  quote: {
    kind: 'quote',
    client: harbour,
    language: 'en',
    reference: 'Coffee bar, ground floor',
    lines: [
      { description: 'Water softener for the espresso machine, fitted', quantity: '1', unitPrice: '620.00', vat: vat('20') },
      {
        description: 'Stainless double sink with tap',
        quantity: '1',
        unitPrice: '435.00',
        discount: { amount: '35.00', reason: 'Ex-display' },
        vat: vat('20'),
      },
      { description: 'Labour', quantity: '6', unit: 'HUR', unitPrice: '58.00', vat: vat('20') },
      { type: 'section', description: 'Options' },
      { description: 'Second water filter, fitted', quantity: '1', unitPrice: '164.00', vat: vat('20'), optional: true },
      { description: 'Yearly service, first year', quantity: '1', unit: 'LS', unitPrice: '120.00', vat: vat('20'), optional: true },
    ],
    terms: ['30% on acceptance, the rest when the work is done.', 'Work starts within three weeks of acceptance.'],
  },
  order: {
    kind: 'order',
    client: harbour,
    language: 'en',
    reference: 'Summer terrace',
    lines: [{ description: 'Outdoor tap with frost protection, fitted', quantity: '2', unitPrice: '189.00', vat: vat('20') }],
    terms: ['Payment within 30 days of the invoice.'],
  },
  delivery: {
    kind: 'delivery',
    client: harbour,
    language: 'en',
    lines: [{ description: 'Water filter cartridges, pack of 4', quantity: '3', unit: 'BX' }],
    terms: [],
  },
};

/**
 * What our own checks mean, for the description: the word a check refuses with → what JSON Schema can say of it. A check whose word is not
 * here cannot be described, and the description is not made.
 */
export const RULES: Readonly<Record<string, Record<string, unknown>>> = {
  decimal: { pattern: '^-?\\d{1,18}(\\.\\d{1,12})?$', description: 'A decimal, such as "100.00".' },
  not_negative: { description: 'A decimal of zero or more, such as "100.00".' },
  not_zero: { description: 'A decimal that is not zero.' },
  positive: { description: 'A decimal above zero, such as "100.00".' },
  percent: { description: 'From 0 to 100.' },
  date: { format: 'date' },
  currency: { pattern: '^[A-Z]{3}$', description: 'ISO 4217, at most three decimals.' },
  country: { description: 'ISO 3166-1, two letters.' },
  email: { format: 'email' },
  required: { minLength: 1 },
  line_too_long: { description: 'One printed line a line, at most 500 characters each.' },
  siren: { description: 'SIREN, 9 digits with their check digit.' },
  siret: { description: 'SIRET, 14 digits with their check digit.' },
  vat_id: { description: 'VAT number with its country, such as FR83404833048.' },
  iban: { description: 'IBAN (ISO 13616).' },
  bic: { description: 'BIC (ISO 9362).' },
  colour: { description: '#rrggbb' },
  time_zone: { description: 'IANA, such as Europe/Paris.' },
  format_repeated: { description: 'No two kinds of document are numbered alike.' },
  endpoint: { format: 'uri', description: 'https, or http on the server’s own machine.' },
};

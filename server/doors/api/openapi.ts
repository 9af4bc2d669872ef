import { toJsonSchema, toJsonSchemaDefs, type ConversionConfig, type JsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { REFUSALS, type RefusalCode } from '../../../shared/refusal.ts';
import * as s from '../../../shared/schema.ts';
import { WORDS } from '../../words.ts';
import { draft, EVENTS, NAMED } from './answers.ts';
import { OPERATIONS } from './operations.ts';
import { WHOLE } from './query.ts';
import { RULES } from './rules.ts';
import { FAMILIES, type Answer, type Body, type Operation } from './table.ts';

/** A description of the API as OpenAPI 3.1 wants it. */
export interface Description {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  security: Record<string, string[]>[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Described>>;
  webhooks: Record<string, { post: Described }>;
  components: {
    schemas: Record<string, JsonSchema>;
    parameters: Record<string, Parameter>;
    responses: Record<string, Response>;
    securitySchemes: Record<string, Record<string, string>>;
  };
}

export interface Described {
  operationId?: string;
  tags: string[];
  summary: string;
  description?: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, Response | { $ref: string }>;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

export interface Response {
  description: string;
  content?: Content;
}

/** Media type → its schema; bytes have none. */
export type Content = Record<string, { schema?: JsonSchema; example?: unknown }>;

let made: Description | undefined;

/** The description of `/api/v1`, made from the table and its schemas at the first need. */
export function description(): Description {
  made ??= describe();
  return made;
}

function describe(): Description {
  const paths: Description['paths'] = {};
  for (const operation of OPERATIONS) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: described(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'webdocument',
      version: '1',
      description:
        'Quotes, orders, deliveries, invoices and credit notes for programs of their owner. Amounts are whole numbers of the currency’s minor unit; quantities, prices and rates are decimals as text. Unknown fields are refused. Every refusal is a problem document (RFC 9457).',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ key: [] }],
    tags: Object.values(FAMILIES).map((name) => ({ name })),
    paths,
    webhooks: webhooks(),
    components: {
      schemas: schemas(),
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description:
            'Your own word for this request: sent again with the same body it is done once and answered alike; with another body it is refused as `id_reused`. Kept for 30 days.',
          schema: { type: 'string', maxLength: 255 },
        },
      },
      responses: {
        Problem: {
          description: 'A refusal, which changed nothing.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key: Settings, API keys.' } },
    },
  };
}

function described(operation: Operation): Described {
  const { id, family, summary, notes, role } = operation;
  const parameters = [...pathParameters(operation), ...queryParameters(operation.query)];
  const repeatable = operation.method === 'GET' ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }];
  const who = { owner: 'Keys of owners only.', member: 'Not with a reader’s key.', reader: '' }[role];
  return {
    operationId: id,
    tags: [FAMILIES[family]],
    summary,
    ...(notes || who ? { description: [notes, who].filter(Boolean).join(' ') } : {}),
    ...(parameters.length + repeatable.length > 0 ? { parameters: [...parameters, ...repeatable] } : {}),
    ...(operation.body === null ? {} : { requestBody: requestBody(operation.body) }),
    responses: {
      [operation.answer.status]: success(operation.answer),
      ...Object.fromEntries((operation.also ?? []).map((status) => [status, also(status)])),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function pathParameters({ path }: Operation): Parameter[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'receipt' ? { type: 'integer', minimum: 1 } : { type: 'string', format: 'uuid' },
  }));
}

function queryParameters(query: v.GenericSchema | null): Parameter[] {
  if (query === null) return [];
  const { properties = {}, required = [] } = schemaOf(query);
  return Object.entries(properties).map(([name, given]) => {
    const { default: preset, ...schema } = given as JsonSchema;
    const usual = preset === undefined ? {} : { default: schema.type === 'integer' ? Number(preset) : preset };
    return { name, in: 'query', required: required.includes(name), schema: { ...schema, ...usual } };
  });
}

function requestBody({ schema, media, optional, example }: Body): NonNullable<Described['requestBody']> {
  const json: Content = schema === null ? {} : { 'application/json': { schema: schemaOf(schema), example } };
  return { required: !optional, content: { ...json, ...Object.fromEntries(media.map((type) => [type, {}])) } };
}

function success({ status, schema, media }: Answer): Response {
  if (schema === null && media.length === 0) return { description: 'Done.' };
  const json: Content = schema === null ? {} : { 'application/json': { schema: schemaOf(schema) } };
  const words = { 201: 'It is made.', 202: 'It is on its way.' }[status] ?? 'What was asked for.';
  return { description: words, content: { ...json, ...Object.fromEntries(media.map((type) => [type, {}])) } };
}

function also(status: number): Response {
  if (status === 206) return { description: 'The part that was asked for.', content: { '*/*': {} } };
  return { description: status === 304 ? 'It has not changed.' : 'There is no such part.' };
}

/** What endpoints are sent. Of a delivery that failed they are never told. */
function webhooks(): Description['webhooks'] {
  const header = (name: string, text: string, schema: JsonSchema): Parameter => ({
    name,
    in: 'header',
    required: true,
    description: text,
    schema,
  });
  const parameters = [
    header('webhook-id', 'The same at every try of one event to one endpoint.', { type: 'string', format: 'uuid' }),
    header('webhook-timestamp', 'When this try was made, in seconds.', { type: 'string', pattern: '^\\d+$' }),
    header('webhook-signature', '`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.', { type: 'string' }),
  ];
  const responses: Described['responses'] = {
    '2XX': { description: 'Taken.' },
    '410': { description: 'Nothing more, please: the endpoint is turned off.' },
    default: { description: 'Tried again, for about a day.' },
  };
  return Object.fromEntries(
    EVENTS.filter(({ type }) => type !== 'webhook.failed').map(({ type, schema }) => [
      type,
      {
        post: {
          tags: [FAMILIES.events],
          summary: type,
          parameters,
          requestBody: { required: true, content: { 'application/json': { schema: schemaOf(schema) } } },
          responses,
        },
      },
    ]),
  );
}

function schemas(): Record<string, JsonSchema> {
  const all = toJsonSchemaDefs(NAMED, CONVERSION);
  const codes = Object.keys(REFUSALS) as RefusalCode[];
  const list = codes.map((code) => `- \`${code}\` (${REFUSALS[code]}): ${WORDS.en.refusals[code]}`).join('\n');
  const problem = all['Problem'] ?? {};
  const code = { ...(problem.properties?.['code'] as JsonSchema), description: list };
  return { ...all, Problem: { ...problem, properties: { ...problem.properties, code } } };
}

/** A schema as JSON Schema 2020-12; what has a name is referred to by it. */
function schemaOf(schema: v.GenericSchema): JsonSchema {
  const { $schema: _, $defs: __, ...rest } = toJsonSchema(schema, { ...CONVERSION, definitions: NAMED });
  return rest;
}

/**
 * Inputs are described as they come in, and answers have nothing that changes on the way; so what a schema only tidies up (blanks, capitals)
 * is left out. Whatever else cannot be said throws: a check that is missing from the description would be a lie.
 */
const CONVERSION: ConversionConfig = {
  target: 'draft-2020-12',
  // A list is checked by its length first and its entries then, by two schemas of one pipe: together they are what is meant.
  errorMode: 'ignore',
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  overrideSchema({ valibotSchema, jsonSchema, errors }) {
    if (valibotSchema === (s.draft as v.GenericSchema)) return { $ref: `#/components/schemas/${nameOf(draft)}` };
    if (errors) throw new Error(errors.join());
    return valibotSchema.type === 'nullable' ? nullable(jsonSchema) : null;
  },
  overrideAction({ valibotAction, jsonSchema, errors }) {
    if (errors === undefined) return null;
    const { type, message } = valibotAction as { type: string; message?: unknown };
    // What is a text in an address is a number to whoever writes it.
    if (type === 'transform' && jsonSchema.pattern === WHOLE.source) return { type: 'integer', minimum: 0 };
    if (TIDYING.has(type)) return jsonSchema;
    if (type === 'raw_check') return { ...jsonSchema, description: 'How numbers are written, such as "F-{yyyy}-{000}".' };
    const rule = type === 'check' ? RULES[String(message)] : undefined;
    if (rule === undefined) throw new Error(`"${type}" with "${String(message)}" is not described in rules.ts`);
    return { ...jsonSchema, ...rule };
  },
};

/** Actions that refuse nothing, or whose rule is said where it is broken (a field that is needed by the value of another one). */
const TIDYING: ReadonlySet<string> = new Set(['trim', 'to_lower_case', 'transform', 'partial_check']);

/** `type: [T, "null"]` where that says the same as two alternatives. */
function nullable(schema: JsonSchema): JsonSchema {
  const { anyOf: [inner] = [], ...rest } = schema;
  if (typeof inner !== 'object' || typeof inner.type !== 'string') return schema;
  // The types of the library know one type a schema; the standard knows lists of them.
  const types = [inner.type, 'null'] as unknown as JsonSchema['type'];
  return { ...inner, ...rest, ...(types === undefined ? {} : { type: types }), ...(inner.enum ? { enum: [...inner.enum, null] } : {}) };
}

function nameOf(schema: v.GenericSchema): string {
  return Object.keys(NAMED).find((name) => NAMED[name] === schema) ?? '';
}

import { Ajv } from 'ajv';
import type { Schema } from './calls.ts';
import { description } from './description.ts';

interface JsonSchema {
  [keyword: string]: unknown;
}

const ajv = new Ajv({ strict: false, allErrors: true });
const schemas = Object.fromEntries(Object.entries(description.schemas).map(([name, schema]) => [name, converted(schema)]));
ajv.addSchema({ $id: 'stripe', schemas });

/** What is wrong with an answer of the API, a list, or an error; empty where it is as Stripe describes it. */
export function faultsOf(answer: unknown): string[] {
  const { object, data, error } = answer as { object?: string; data?: unknown; error?: unknown };
  if (error !== undefined) return against('error', answer);
  if (object === 'list' && Array.isArray(data)) return data.flatMap(faultsOf);
  if (object === 'event') return [...against('event', answer), ...faultsOf((data as { object: unknown }).object)];
  return against(object ?? '', answer);
}

function against(name: string, answer: unknown): string[] {
  if (!(name in schemas)) return [`no schema for ${name}`];
  const validate = ajv.getSchema(`stripe#/schemas/${name}`) ?? ajv.compile({ $ref: `stripe#/schemas/${name}` });
  if (validate(answer)) return [];
  return (validate.errors ?? []).map((error) => `${name}${error.instancePath} ${error.message ?? ''}`);
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has the type null. */
function converted(schema: Schema): JsonSchema {
  const { nullable, $ref, properties, items, anyOf, additionalProperties, ...rest } = schema;
  if ($ref !== undefined) return { $ref: `stripe${$ref}` };
  const result: JsonSchema = { ...rest };
  if (properties) result['properties'] = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, converted(one)]));
  if (items) result['items'] = converted(items);
  if (typeof additionalProperties === 'object') result['additionalProperties'] = converted(additionalProperties);
  if (anyOf) result['anyOf'] = anyOf.map(converted);
  return nullable ? { anyOf: [result, { type: 'null' }] } : result;
}

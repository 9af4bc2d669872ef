import type { Call, Schema } from './calls.ts';
import { description } from './description.ts';
import { badParameter } from './errors.ts';
import type { Form } from './form.ts';

/** https://docs.stripe.com/api/metadata */
const METADATA = { keys: 50, keyLength: 40, valueLength: 500 };

/**
 * A form as the description of the call reads it: numbers, booleans, lists and objects. Throws an ApiError in Stripe's words for what is
 * unknown, missing or badly written. The caller names the SDK's type of the call's parameters, which the description stands for.
 */
export function readParameters<Parameters extends object>(call: Call, form: Form): Parameters {
  const schema = description.requests[call];
  if (!schema) throw new Error(`the description has no ${call}`);
  return readObject(schema, form, '') as Parameters;
}

function read(schema: Schema, value: string | Form, param: string): unknown {
  if (schema.anyOf) return read(alternative(schema.anyOf, value), value, param);
  if (schema.type === 'object') return readObject(schema, asForm(value, param, 'object'), param);
  if (schema.type === 'array') return readArray(schema, asForm(value, param, 'array'), param);
  if (typeof value !== 'string') throw badParameter(`Invalid ${schema.type ?? 'string'}: ${JSON.stringify(value)}`, param);
  if (schema.type === 'integer' || schema.type === 'number') return readNumber(schema.type, value, param);
  if (schema.type === 'boolean') return readBoolean(value, param);
  return readString(schema, value, param);
}

/** Text goes to the alternatives that are text or numbers, the rest to the others. */
function alternative(options: Schema[], value: string | Form): Schema {
  const deep = (option: Schema) => option.type === 'object' || option.type === 'array';
  const fits = options.find((option) => deep(option) === (typeof value !== 'string') && (option.enum?.includes(value) ?? true));
  return fits ?? options[0] ?? {};
}

function readObject(schema: Schema, form: Form, param: string): Record<string, unknown> {
  // Not set one by one: `__proto__` is a name like any other.
  const entries: [string, unknown][] = [];
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(form)) {
    const inner = param === '' ? name : `${param}[${name}]`;
    const known = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : freeProperty(schema);
    if (known) entries.push([name, read(known, value, inner)]);
    else unknown.push(inner);
  }
  if (unknown.length > 0) {
    const [first = ''] = unknown;
    throw badParameter(`Received unknown parameter${unknown.length > 1 ? 's' : ''}: ${unknown.join(', ')}`, first, 'parameter_unknown');
  }
  for (const name of schema.required ?? []) {
    const inner = param === '' ? name : `${param}[${name}]`;
    if (!Object.hasOwn(form, name)) throw badParameter(`Missing required param: ${inner}.`, inner, 'parameter_missing');
  }
  const result = Object.fromEntries(entries);
  if (/(^|\[)metadata\]?$/.test(param)) checkMetadata(result, param);
  return result;
}

function freeProperty(schema: Schema): Schema | undefined {
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function readArray(schema: Schema, form: Form, param: string): unknown[] {
  return Object.entries(form).map(([index, value]) => {
    if (!/^\d+$/.test(index)) throw badParameter('Invalid array', param);
    return read(schema.items ?? {}, value, `${param}[${index}]`);
  });
}

function asForm(value: string | Form, param: string, kind: string): Form {
  if (typeof value === 'string') throw badParameter(`Invalid ${kind}`, param);
  return value;
}

function readNumber(type: 'integer' | 'number', value: string, param: string): number {
  const pattern = type === 'integer' ? /^-?\d{1,15}$/ : /^-?\d{1,15}(\.\d+)?$/;
  if (!pattern.test(value)) throw badParameter(`Invalid ${type}: ${value}`, param, 'parameter_invalid_integer');
  return Number(value);
}

function readBoolean(value: string, param: string): boolean {
  if (value !== 'true' && value !== 'false') throw badParameter(`Invalid boolean: ${value}`, param);
  return value === 'true';
}

function readString(schema: Schema, value: string, param: string): string {
  if (schema.enum) {
    if (!schema.enum.includes(value)) throw badParameter(`Invalid ${param}: must be one of ${listed(schema.enum.map(String))}`, param);
    return value;
  }
  if (value === '')
    throw badParameter(
      `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however '${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`,
      param,
      'parameter_invalid_empty',
    );
  const { maxLength } = schema;
  if (maxLength !== undefined && [...value].length > maxLength)
    throw badParameter(`Invalid string: ${value.slice(0, 10)}...${value.slice(-5)}; must be at most ${maxLength} characters`, param);
  return value;
}

function checkMetadata(metadata: Record<string, unknown>, param: string): void {
  const keys = Object.keys(metadata);
  if (keys.length > METADATA.keys) throw badParameter(`Metadata can have up to ${METADATA.keys} keys.`, param);
  for (const key of keys) {
    if (key.length > METADATA.keyLength)
      throw badParameter(
        `Metadata keys may be no longer than ${METADATA.keyLength} characters, but you passed in a key that is ${key.length} characters. Invalid key: ${key}`,
        param,
      );
    const value = String(metadata[key]);
    if (value.length > METADATA.valueLength)
      throw badParameter(
        `Metadata values can have up to ${METADATA.valueLength} characters, but you passed in a value that is ${value.length} characters. Invalid value: ${value}`,
        param,
      );
  }
}

function listed(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')}, or ${words.at(-1)}`;
}

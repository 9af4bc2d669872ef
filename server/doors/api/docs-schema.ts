import type { JsonSchema } from '@valibot/to-json-schema';

/** JSON Schema in words and lists, as HTML. */

/** Every text that reaches the page goes through here. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const code = (value: unknown) => `<code>${escaped(typeof value === 'string' ? value : JSON.stringify(value))}</code>`;

/** Whether something comes in, where fields may be left out, or is answered, where all of them are there. */
export type Way = 'in' | 'out';

/** The fields of an object, each with its type, its limits and what is in it; '' where there are none. What has a name is led to. */
export function fieldsOf(schema: JsonSchema, way: Way): string {
  const alternatives = (schema.anyOf ?? schema.oneOf ?? []).filter(isObject);
  if (alternatives.length === 1) return fieldsOf(alternatives[0] ?? {}, way);
  if (alternatives.length > 1)
    return `<ul class="fields">${alternatives.map((one) => `<li>${wordsOf(one)}${fieldsOf(one, way)}</li>`).join('')}</ul>`;
  if (isObject(schema.items)) return fieldsOf(schema.items, way);
  const entries = Object.entries(schema.properties ?? {});
  if (entries.length === 0) return '';
  const rows = entries.map(([name, given]) =>
    fieldOf(name, given as JsonSchema, way, way === 'in' && schema.required?.includes(name) === true),
  );
  return `<ul class="fields">${rows.join('')}</ul>`;
}

/** One field: a query parameter too. */
export function fieldOf(name: string, schema: JsonSchema, way: Way, required: boolean): string {
  const needed = required ? ' <span class="needed">needed</span>' : '';
  const said = schema.description === undefined ? '' : ` <span class="soft">${escaped(schema.description)}</span>`;
  return `<li>${code(name)} <span class="type">${wordsOf(schema)}</span>${needed}${said}${fieldsOf(schema, way)}</li>`;
}

/** A type with its limits. */
export function wordsOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return `<a href="#shape-${escaped(name)}">${escaped(name)}</a>`;
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  const words = alternatives
    ? alternatives.map((one) => (isObject(one) ? wordsOf(one) : 'anything')).join(' or ')
    : schema.const !== undefined
      ? code(schema.const)
      : schema.enum
        ? schema.enum.map(code).join(', ')
        : typeWords(schema);
  return [words, ...limitsOf(schema)].join(', ');
}

function typeWords(schema: JsonSchema): string {
  const types = [schema.type ?? []].flat().map((type) => typeWord(type, schema));
  return types.length === 0 ? 'anything' : types.join(' or ');
}

const FORMATS: Record<string, string> = {
  uuid: 'UUID',
  date: 'day, YYYY-MM-DD',
  'date-time': 'instant, ISO 8601',
  email: 'e-mail address',
  uri: 'address',
};

function typeWord(type: string, schema: JsonSchema): string {
  if (type === 'array') return `list of ${isObject(schema.items) ? wordsOf(schema.items) : 'anything'}`;
  if (type === 'integer') return 'whole number';
  if (type === 'boolean') return '<code>true</code> or <code>false</code>';
  if (type === 'string') return schema.format === undefined ? 'text' : (FORMATS[schema.format] ?? schema.format);
  return type;
}

function limitsOf(schema: JsonSchema): string[] {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, pattern } = schema;
  const safe = (limit: number | undefined) => limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  return [
    ...(minLength !== undefined && minLength > 0 ? ['not empty'] : []),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(safe(minimum) ? [`from ${minimum}`] : []),
    ...(safe(maximum) ? [`up to ${maximum}`] : []),
    ...(minItems === undefined ? [] : [`at least ${minItems}`]),
    ...(maxItems === undefined ? [] : [`at most ${maxItems}`]),
    ...(pattern === undefined ? [] : [`as ${code(pattern)}`]),
    ...(schema.default === undefined || schema.default === null ? [] : [`${code(schema.default)} unless given`]),
  ];
}

function isObject(schema: unknown): schema is JsonSchema {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema);
}

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { description, type Content, type Described } from '../doors/api/openapi.ts';

/** Every answer of the API that a test sees is compared with what `/api/v1/openapi.json` says of it. */

export interface Seen {
  method: string;
  /** Under `/api/v1`, with its query. */
  path: string;
  status: number;
  type: string;
  /** Parsed, where it is JSON. */
  body: unknown;
}

interface Row {
  method: string;
  template: string;
  pattern: RegExp;
  described: Described;
}

const api = description();
const ajv = new Ajv2020({ strict: false, allErrors: true });
// Its default export is a function under CommonJS and a namespace here.
(formats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema(api, 'api');
const compiled = new Map<string, ValidateFunction>();

const rows: Row[] = Object.entries(api.paths)
  .flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      method: method.toUpperCase(),
      template,
      pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`),
      described,
    })),
  )
  .sort((a, b) => a.template.split('{').length - b.template.split('{').length);

/** Throws an Error that names the operation and the place where an answer is not as described. */
export function checkAnswer(seen: Seen): void {
  const path = seen.path.split('?')[0] ?? '';
  const row = rows.find((one) => one.method === seen.method && one.pattern.test(path));
  const at = `${seen.method} ${row?.template ?? path} → ${seen.status}`;
  const found = row ? responseOf(row, String(seen.status)) : PROBLEM;
  if (found.content === undefined) {
    if (seen.body !== '' && seen.body !== undefined) throw new Error(`${at}: no content is described`);
    return;
  }
  const type = seen.type.split(';')[0]?.trim() ?? '';
  const [media, { schema }] = Object.entries(found.content).find(([one]) => one === type || one === '*/*') ?? ['', {}];
  if (media === '') throw new Error(`${at}: ${type || 'no type'} is not described, but ${Object.keys(found.content).join(', ')}`);
  if (schema === undefined) return;
  const pointer = `${found.pointer}/content/${part(media)}/schema`;
  const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `api#${pointer}` });
  compiled.set(pointer, validate);
  if (!validate(seen.body)) throw new Error(`${at} is not as described: ${ajv.errorsText(validate.errors?.slice(0, 5))}`);
}

const PROBLEM = { pointer: '/components/responses/Problem', content: api.components.responses['Problem']?.content ?? {} };

function responseOf({ described, template, method }: Row, status: string): { pointer: string; content: Content | undefined } {
  const response = described.responses[status];
  if (response === undefined && Number(status) < 400) throw new Error(`${method} ${template}: ${status} is not described`);
  if (response === undefined || '$ref' in response) return PROBLEM;
  return { pointer: `/paths/${part(template)}/${method.toLowerCase()}/responses/${status}`, content: response.content };
}

/** One part of a JSON pointer in the fragment of a URI. (RFC 6901, 6) */
function part(text: string): string {
  return encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
}

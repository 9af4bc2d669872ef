import * as v from 'valibot';
import { Refusal, type Fault } from '../shared/refusal.ts';

/** How many faults one answer names: enough to mend an input by, never as long as the input. */
export const MAX_FAULTS = 100;

/** Parses an input by its schema. Throws Refusal `invalid_input` with the JSON pointer (RFC 6901) of every fault. */
export function validate<S extends v.GenericSchema>(schema: S, input: unknown, at = ''): v.InferOutput<S> {
  const parsed = v.safeParse(schema, input);
  const told = parsed.success ? [] : parsed.issues.slice(0, MAX_FAULTS).flatMap((issue) => faultsOf(issue, at));
  const faults = [...told, ...unstorable(input, at)].slice(0, MAX_FAULTS);
  if (parsed.success && faults.length === 0) return parsed.output;
  throw new Refusal('invalid_input', { faults });
}

/** Texts that no database can hold: a zero byte, or half of a surrogate pair. Walks without recursion: an input may be nested deeply. */
function unstorable(input: unknown, at: string): Fault[] {
  const faults: Fault[] = [];
  const open: [unknown, string][] = [[input, at]];
  for (let next = open.pop(); next !== undefined && faults.length < MAX_FAULTS; next = open.pop()) {
    const [value, pointer] = next;
    if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed()))
      faults.push(faultAt(pointer, 'character', DETAILS['character'] ?? ''));
    // Bytes of a file are not text.
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue;
    for (const [key, inner] of Object.entries(value)) open.push([inner, `${pointer}/${escaped(key)}`]);
  }
  return faults;
}

function faultAt(pointer: string, rule: string, detail: string): Fault {
  return { pointer: pointer === '' ? '/' : pointer, rule, detail };
}

function escaped(key: unknown): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1');
}

function faultsOf(issue: v.BaseIssue<unknown>, at: string): Fault[] {
  const pointer = at + pointerOf(issue);
  // A union says nothing useful by itself: the faults of the branch that came furthest do, first of all one of the right type.
  if (issue.type === 'union' && issue.issues && issue.issues.length > 0) {
    const far = ({ path, kind }: v.BaseIssue<unknown>) => 2 * (path?.length ?? 0) + (kind === 'validation' ? 1 : 0);
    const nested = [...issue.issues].sort((a, b) => far(b) - far(a)).slice(0, 1);
    return nested.flatMap((inner) => faultsOf(inner, pointer));
  }
  return [faultAt(pointer, ruleOf(issue), detailOf(issue))];
}

function pointerOf(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? []).map((item) => `/${escaped((item as { key: unknown }).key)}`).join('');
}

function ruleOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object') return issue.expected === 'never' ? 'unknown_field' : 'required';
  // Our own checks name their rule in one word.
  return /^[a-z_]+$/.test(issue.message) ? issue.message : issue.type;
}

const DETAILS: Record<string, string> = {
  unknown_field: 'this field is not known here',
  required: 'this field is required',
  decimal: 'a decimal number as a string is expected, such as "100.00"',
  date: 'a day that exists is expected, as YYYY-MM-DD',
  currency: 'the code of a currency is expected, such as EUR (ISO 4217, at most three decimals)',
  not_negative: 'a value of zero or more is expected',
  positive: 'an amount above zero is expected, such as "100.00"',
  percent: 'a percentage from 0 to 100 is expected',
  country: 'a country code of two capital letters is expected (ISO 3166-1)',
  email: 'an e-mail address is expected',
  siren: 'the nine digits of a SIREN are expected, with their check digit',
  siret: 'the fourteen digits of a SIRET are expected, with their check digit',
  vat_id: 'a VAT number with its country is expected, such as FR83404833048',
  iban: 'an IBAN is expected, with its check digits (ISO 13616)',
  bic: 'the eight or eleven characters of a BIC are expected (ISO 9362)',
  colour: 'a colour is expected as #rrggbb',
  time_zone: 'the name of a time zone is expected, such as Europe/Paris (IANA)',
  format_count: 'a number format holds its counter exactly once, such as {000}',
  format_year: 'a number format holds the year, as {yyyy} or {yy}',
  format_unknown: 'in braces a number format knows {yyyy}, {yy} and a counter such as {000}',
  format_long: 'a number format has at most 60 characters',
  format_repeated: 'no two kinds of document can be numbered alike',
  stripe_key: 'a secret or restricted key of Stripe is expected, such as rk_live_…',
  stripe_secret: 'the signing secret of a webhook is expected, such as whsec_…',
  endpoint: 'an https address is expected, or http on the server’s own machine',
  integer: 'a whole number is expected',
  boolean: 'true or false is expected',
  not_zero: 'a value other than zero is expected',
  line_too_long: 'a printed line has at most 500 characters',
  character: 'this text holds a character that cannot be kept (a zero byte, or half of a surrogate pair)',
};

function detailOf(issue: v.BaseIssue<unknown>): string {
  return DETAILS[ruleOf(issue)] ?? issue.message;
}

import { badParameter } from './errors.ts';

/** A decoded form: values are text until a schema says what they are; the keys of a list are its indices. */
export interface Form {
  [name: string]: string | Form;
}

/** Deeper than anything of Stripe's. */
const MAX_DEPTH = 8;

/**
 * Decodes `a[b][0][c]=x&list[]=y`. The objects have no prototype, so that `__proto__` is a name like any other.
 * Throws an ApiError where a name cannot be read or is given twice.
 */
export function decodeForm(text: string): Form {
  const form = emptyForm();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const cut = pair.indexOf('=');
    const name = decoded(cut < 0 ? pair : pair.slice(0, cut));
    put(form, pathOf(name), decoded(cut < 0 ? '' : pair.slice(cut + 1)), name);
  }
  return form;
}

/** `a[b][0]` → `['a', 'b', '0']`. */
function pathOf(name: string): string[] {
  if (!/^[^[\]]+(\[[^[\]]*\])*$/.test(name)) throw badParameter(`Received unknown parameter: ${name}`, name, 'parameter_unknown');
  const path = name.replaceAll(']', '').split('[');
  if (path.length > MAX_DEPTH) throw badParameter(`Received unknown parameter: ${name}`, name, 'parameter_unknown');
  return path;
}

function put(form: Form, path: string[], value: string, name: string): void {
  let at = form;
  for (const [depth, segment] of path.entries()) {
    const key = segment === '' ? String(Object.keys(at).length) : segment;
    const found = at[key];
    if (depth === path.length - 1) {
      if (found !== undefined) throw badParameter(`Received duplicate parameter: ${name}`, name);
      at[key] = value;
    } else {
      const below = found ?? emptyForm();
      if (typeof below === 'string') throw badParameter(`Invalid object: ${name}`, name);
      at[key] = below;
      at = below;
    }
  }
}

function emptyForm(): Form {
  return Object.create(null) as Form;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw badParameter('Invalid request: the form cannot be decoded.', text);
  }
}

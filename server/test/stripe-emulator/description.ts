import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Description, Schema } from './calls.ts';
import { NEWER } from './newer.ts';

/** Stripe's published description of what the emulator speaks, with what is newer than it. */
export const description: Description = withNewer(
  JSON.parse(readFileSync(join(import.meta.dirname, 'description.json'), 'utf8')) as Description,
);

function withNewer(published: Description): Description {
  for (const { of, property, schema } of NEWER) {
    const target: Schema | undefined = published.requests[of] ?? published.schemas[of];
    if (!target) throw new Error(`the description has no ${of}`);
    const properties = { ...target.properties };
    if (schema) properties[property] = schema;
    else delete properties[property];
    target.properties = properties;
  }
  return published;
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PROTOCOL } from '../../shared/protocol.ts';

/**
 * Everything that crosses the wire or stays in the log. When this test fails, decide: can pages that are open now still
 * understand what the server says? If not, raise PROTOCOL. Then write the new hash here.
 */
const WIRE = [
  'protocol.ts',
  'events.ts',
  'event-schemas.ts',
  'schema.ts',
  'commands.ts',
  'view.ts',
  'changes.ts',
  'document.ts',
  'draft.ts',
  'draft-schema.ts',
  'company.ts',
  'payment.ts',
  'checkouts.ts',
  'reminders.ts',
];
const AGREED = { protocol: 3, hash: '93f24ea3e1f654d9' };

/** The code without its comments and layout: words about the protocol are not the protocol. */
function essence(file: string): string {
  const source = ts.createSourceFile(file, readFileSync(join(import.meta.dirname, '../../shared', file), 'utf8'), ts.ScriptTarget.Latest);
  return ts
    .createPrinter({ removeComments: true })
    .printFile(source)
    .replace(/\s+/g, ' ')
    .replace(/, ?([\]})])/g, ' $1');
}

test('the protocol is the agreed one', () => {
  const hash = createHash('sha256').update(WIRE.map(essence).join('\n')).digest('hex').slice(0, 16);
  assert.equal({ protocol: PROTOCOL, hash }, AGREED);
});

test.run();

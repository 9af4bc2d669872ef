import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadCatalogue } from '../../../shared/i18n/index.ts';
import type { Kind, Status } from '../../../shared/document.ts';
import type { DocumentView } from '../../../shared/view.ts';
import { stuckWord } from './stuck.ts';

test('a prepared revision of a quote that was accepted or withdrawn meanwhile cannot be issued, and it is said why', async () => {
  const words = await loadCatalogue('en');
  const said = (kind: Kind, status: Status) => stuckWord({ kind, status } as DocumentView, words);
  for (const status of ['draft', 'issued', 'on_hold', 'refused'] as const) assert.is(said('quote', status), null);
  assert.match(said('quote', 'accepted') ?? '', /accepted meanwhile/);
  assert.match(said('quote', 'withdrawn') ?? '', /withdrawn meanwhile/);
  assert.is(said('invoice', 'draft'), null);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadCatalogue } from '../../../shared/i18n/index.ts';
import { sayFault } from './say.ts';

test('a fault is said in the words of its reader, by its rule', async () => {
  for (const language of ['fr', 'en'] as const) {
    const words = await loadCatalogue(language);
    const { editor } = words.console;
    for (const rule of ['credit_exceeded', 'deposit_exceeded', 'exceeded', 'BR-O-05', 'rate_zero', 'too_long', 'max_length']) {
      const said = sayFault({ field: 'lines', rule }, words);
      assert.ok(said !== editor.fault && said === editor.faultWords[rule], `${language} ${rule}`);
    }
    assert.is(sayFault({ field: 'lines', rule: 'required' }, words), editor.oneLine);
    assert.is(sayFault({ field: 'quantity', rule: 'unheard_of' }, words), editor.fault);
  }
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadCatalogue } from '../../../shared/i18n/index.ts';
import { sayFault } from './say.ts';

test('a fault is said in the words of its reader, by its rule', async () => {
  for (const language of ['fr', 'en'] as const) {
    const words = await loadCatalogue(language);
    const { editor } = words.console;
    for (const rule of ['credit_exceeded', 'deposit_exceeded', 'exceeded', 'BR-O-05', 'rate_zero', 'too_long', 'max_length']) {
      const said = sayFault({ field: 'lines', rule, most: null }, { words, language, currency: 'EUR' });
      assert.ok(said !== editor.fault && said === editor.faultWords[rule], `${language} ${rule}`);
    }
    assert.is(sayFault({ field: 'lines', rule: 'required', most: null }, { words, language, currency: 'EUR' }), editor.oneLine);
    assert.is(sayFault({ field: 'quantity', rule: 'unheard_of', most: null }, { words, language, currency: 'EUR' }), editor.fault);
  }
});

test('where there is less than was asked for, it is said how much', async () => {
  const saying = { words: await loadCatalogue('fr'), language: 'fr', currency: 'EUR' } as const;
  const said = (rule: string, most: string | number) => sayFault({ field: 'quantity', rule, most }, saying).replace(/\s/g, ' ');
  assert.is(said('exceeded', '2.5'), 'il en reste 2,5 au plus');
  assert.is(said('exceeded', '0'), 'il n’en reste rien');
  assert.is(said('credit_exceeded', 148_008), 'il reste au plus 1 480,08 € à créditer de la facture');
  assert.is(said('deposit_exceeded', 0), 'il ne reste rien de l’acompte');
});

test.run();

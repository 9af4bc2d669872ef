import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LANGUAGES } from '../../shared/document.ts';
import { joining, type Joining } from './kinds/joining.ts';
import { writeOutline } from './write.ts';

const LETTER: Joining = {
  name: 'Nina Neuve',
  email: 'nina@example.com',
  role: 'member',
  language: 'fr',
  expiresAt: '2026-12-08T10:00:00.000Z',
  company: { id: 'c', name: 'Dupont SARL', language: 'fr', timeZone: 'Europe/Paris', accent: '#ffe14d', online: null },
  from: 'Luc Dupont',
  url: 'https://docs.dupont.example/join/q7Zk2xW9mB4tR1cYv8uLh3',
};

const flat = (text: string) => text.replace(/[\s\u202f]+/g, ' ');

test('it says who asks, into which company, as what, until when, and how', () => {
  const { subject, text, html } = writeOutline(joining(LETTER));
  assert.is(subject, 'Dupont SARL · Luc Dupont vous invite');
  for (const part of [
    'Rejoignez Dupont SARL',
    'Bonjour Nina Neuve,',
    'Membre',
    'nina@example.com',
    '8 déc. 2026',
    LETTER.url,
    'ne sert qu’une fois',
  ]) {
    assert.ok(flat(text).includes(part), `text: ${part}`);
    assert.ok(flat(html.replace(/<[^>]*>/g, '')).includes(part), `html: ${part}`);
  }
  assert.not.match(html, /src=|url\(|<script/);
});

test('in each language, in its own words', () => {
  const [fr, en] = LANGUAGES.map((language) => writeOutline(joining({ ...LETTER, language })));
  assert.is.not(fr?.text, en?.text);
  assert.match(en?.text ?? '', /Luc Dupont invites you to work in the console of Dupont SARL/);
  assert.match(en?.html ?? '', /<html lang="en">/);
});

test('names stay names', () => {
  const name = '<b>Nina</b>\r\nBcc: x@example.com';
  const { subject, html } = writeOutline(joining({ ...LETTER, name, from: name, company: { ...LETTER.company, name } }));
  assert.not.match(subject, /[\r\n]/);
  assert.not(html.includes('<b>Nina'));
  assert.throws(() => writeOutline(joining({ ...LETTER, url: 'javascript:alert(1)' })));
});

test.run();

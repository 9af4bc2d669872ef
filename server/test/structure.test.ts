import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/**
 * The floors of the house, top first. A file may import from its own floor and from those below, never upward, and no
 * circle of files. The first pattern that fits a path decides.
 */
const FLOORS: [string, RegExp][] = [
  ['main', /^server\/(main|serve|cli|welcome)\.ts$|^server\/cli\//],
  ['tools', /^server\/(backup|doctor)\/|^server\/mail-test\.ts$/],
  ['demo', /^server\/demo\//],
  ['app', /^server\/app\.ts$/],
  ['doors', /^server\/doors\/|^server\/jobs\//],
  [
    'execute',
    /^server\/(execute|deliveries|intake|uploads|accounts|relay|presence|target|scope|load|batch)\.ts$|^server\/(commit|views|payments)\//,
  ],
  ['commands', /^server\/commands\//],
  ['model', /^server\/(model|formats|letters)\//],
  ['log', /^server\/(log|logger|db|pg-client|find|embedded|env|validate|words|secrets|metrics|request-id)\.ts$/],
  ['entities', /^server\/entities\/|^migrations\//],
  ['shared', /^shared\//],
];
/** Handed in by `app`; nothing but `app` and the doors' thin helpers know it, and it knows only shared. */
const OUTSIDE = /^server\/outside\//;

const root = join(import.meta.dirname, '../..');
const files = globSync('{server,shared,client,migrations}/**/*.{ts,svelte}', { cwd: root }).filter(
  (file) => !/\.test\.ts$|^server\/(test|faults|bench)\/|\/e2e\/|testing[\w-]*\.ts$|fixtures\.ts$|^client\/dist\//.test(file),
);
const imports = new Map(files.map((file) => [file, importsOf(file)]));

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...found].map((match) => relative(root, join(root, dirname(file), match[1] ?? '')).replaceAll('\\', '/'));
}

const floorOf = (file: string) => FLOORS.findIndex(([, pattern]) => pattern.test(file));

test('the server imports only downwards', () => {
  const upward: string[] = [];
  for (const [file, targets] of imports) {
    if (!file.startsWith('server/') || OUTSIDE.test(file)) continue;
    assert.is.not(floorOf(file), -1, `${file} stands on no floor`);
    for (const target of targets) {
      if (!OUTSIDE.test(target) && floorOf(target) < floorOf(file)) upward.push(`${file} → ${target}`);
    }
  }
  assert.equal(upward, []);
});

test('shared imports nothing of ours, client and server never each other, outside only shared', () => {
  const crossed: string[] = [];
  for (const [file, targets] of imports) {
    const top = file.split('/')[0];
    for (const target of targets) {
      const other = target.split('/')[0];
      const allowed = other === top || other === 'shared' || (top === 'server' && other === 'migrations');
      if (!allowed || (top === 'shared' && other !== 'shared')) crossed.push(`${file} → ${target}`);
      if (OUTSIDE.test(file) && !OUTSIDE.test(target) && other !== 'shared') crossed.push(`${file} → ${target}`);
    }
  }
  assert.equal(crossed, []);
});

test('commands never see a socket, a mail, Stripe or the database', () => {
  for (const file of files.filter((one) => one.startsWith('server/commands/'))) {
    const text = readFileSync(join(root, file), 'utf8');
    assert.not.match(text, /from '(socket\.io|pg|stripe|nodemailer|koa)|\/db\.ts'|\bawait\b/, file);
  }
});

test('no circle of imports', () => {
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const walk = (file: string, path: string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const target of imports.get(file) ?? []) if (imports.has(target)) walk(target, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of files) walk(file, []);
  // Types may point both ways between a schema and the type it is tied to: those imports vanish at run time.
  assert.equal(
    circles.filter((circle) => !typeOnly(circle)),
    [],
  );
});

function typeOnly(circle: string): boolean {
  const path = circle.split(' → ');
  return path.some((file, i) => {
    const target = path[i + 1];
    if (!target) return false;
    const text = readFileSync(join(root, file), 'utf8');
    const name = target.split('/').at(-1) ?? '';
    const lines = [...text.matchAll(/(import|export)\s[^;]*?from\s'(\.[^']+)'/gs)].filter((match) => match[2]?.endsWith(`/${name}`));
    return lines.length > 0 && lines.every((match) => /^(import|export) type/.test(match[0]));
  });
}

test.run();

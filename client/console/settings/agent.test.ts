import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agentOf } from './agent.ts';

const AGENTS: [string, string, string | null][] = [
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36 Edg/147.0.0.0',
    'Edge',
    'Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    'Safari',
    'macOS',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox', 'Linux'],
  ['Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Mobile Safari/537.36', 'Chrome', 'Android'],
];

test('a session is told apart by browser and system', () => {
  for (const [agent, browser, system] of AGENTS) assert.equal(agentOf(agent), { browser, system });
});

test('what is unknown stays unknown', () => {
  assert.is(agentOf(null), null);
  assert.is(agentOf('curl/8.5'), null);
});

test.run();

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { still } from './browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  id: string;
  nodes: { target: unknown; failureSummary?: string }[];
}

/** Fails where axe finds anything. It runs in the page past its CSP, as a browser extension would. */
export async function clean(page: Page, where: string): Promise<void> {
  // What is still fading in has another contrast than what can be read.
  await still(page);
  await page.evaluate(AXE);
  const found = await page.evaluate(async (tags) => {
    const { axe } = window as unknown as { axe: { run: (on: Document, options: unknown) => Promise<{ violations: Violation[] }> } };
    // What is under the bar at this moment can be scrolled from under it: targets are measured as they are then.
    const bar = document.querySelector<HTMLElement>('.bar');
    bar?.style.setProperty('position', 'static');
    const { violations } = await axe.run(document, { runOnly: tags });
    bar?.style.removeProperty('position');
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${String(node.target)} ${node.failureSummary ?? ''}`).join(' | ')}`,
    );
  }, TAGS);
  assert.equal(found, [], where);
}

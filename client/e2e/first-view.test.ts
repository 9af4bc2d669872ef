import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dayIn } from '../../shared/document.ts';
import { CompanySchema } from '../../server/entities/index.ts';
import { parseScrape } from '../../server/test/prometheus.ts';
import { openStage } from './stage.ts';

test('a page that was kept since the morning turns its day at the company’s midnight', async () => {
  // It stands still: how long the browser takes to load is no matter.
  let clock = Date.now();
  const stage = await openStage({ now: () => new Date(clock) });
  try {
    const { timeZone } = await stage.app.em().findOneOrFail(CompanySchema, { id: stage.app.company });
    const today = dayIn(timeZone, new Date(clock));
    const quote = await stage.issue('quote', { validUntil: today });
    const morning = await (await fetch(`${stage.app.url}${quote.path}`)).text();
    assert.match(morning, new RegExp(`"today":"${today}"`));

    clock = midnightAfter(clock, timeZone) - 1000;
    const { page, context } = await stage.visitor();
    // What looks at the clock every minute looks often.
    await context.addInitScript(() => {
      const real = window.setInterval.bind(window);
      window.setInterval = ((work: TimerHandler, ms?: number) => real(work, ms === 60_000 ? 50 : ms)) as typeof window.setInterval;
    });
    await page.goto(`${stage.app.url}${quote.path}`);
    const scrape = parseScrape(await (await fetch(`${stage.app.url}/metrics`)).text());
    assert.is(scrape.value('webdocument_pages_total', { outcome: 'kept' }), 1, 'the browser got the page of the morning');
    await page.locator('.stamp', { hasText: 'Expiré' }).waitFor();
  } finally {
    await stage.close();
  }
});

/** The first moment of the next day in a time zone. */
function midnightAfter(ms: number, timeZone: string): number {
  let next = Math.ceil(ms / 60_000) * 60_000;
  while (dayIn(timeZone, new Date(next)) === dayIn(timeZone, new Date(ms))) next += 60_000;
  return next;
}

test.run();

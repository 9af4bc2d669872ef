import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../../live/testing.ts';
import { watchTabs, type Tabs } from './tabs.ts';

class Page extends EventTarget {
  visibilityState = 'hidden';
  show(visible: boolean): void {
    this.visibilityState = visible ? 'visible' : 'hidden';
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

/** Locks are granted a moment after they were asked for. */
async function eventually(tabs: Tabs, speaks: boolean): Promise<void> {
  let now = !speaks;
  await until(() => {
    void tabs.speaks().then((is) => (now = is));
    return now === speaks;
  });
}

test('one tab speaks; another takes over when it goes', async () => {
  const [one, other] = [watchTabs('a', new Page()), watchTabs('a', new Page())];
  await eventually(one, true);
  assert.not(await other.speaks());
  one.stop();
  assert.not(await one.speaks());
  await eventually(other, true);
  other.stop();
});

test('nobody speaks while any tab is looked at', async () => {
  const [mine, its] = [new Page(), new Page()];
  const [one, other] = [watchTabs('b', mine), watchTabs('b', its)];
  await eventually(one, true);
  its.show(true);
  await eventually(one, false);
  its.show(false);
  await eventually(one, true);
  mine.show(true);
  assert.not(await one.speaks());
  one.stop();
  other.stop();
});

test('tabs of somebody else are none of ours', async () => {
  const [one, other] = [watchTabs('c', new Page()), watchTabs('d', new Page())];
  await eventually(one, true);
  await eventually(other, true);
  one.stop();
  other.stop();
});

test('without locks each tab speaks for itself', async () => {
  const page = new Page();
  const [one, other] = [watchTabs('e', page, null), watchTabs('e', page, null)];
  assert.ok((await one.speaks()) && (await other.speaks()));
  page.show(true);
  assert.not(await one.speaks());
  one.stop();
  other.stop();
});

test.run();

import type { FeedEvent } from '../../../shared/events.ts';
import type { Feed } from '../feed.svelte.ts';
import { speech } from '../words.svelte.ts';
import { chime } from './chime.ts';
import { noticesOf } from './notice.ts';
import { raise, registerWorker } from './raise.ts';
import { watchTabs, type Tabs } from './tabs.ts';

const KEY = 'console.notices';

interface Choice {
  on: boolean;
  sound: boolean;
}

/** Whether this browser raises notifications: what was chosen here, and what the browser allows. One instance, `notices`. */
class Notices {
  permission = $state<NotificationPermission | 'unsupported'>(permissionNow());
  #choice = $state.raw<Choice>(stored());

  get on(): boolean {
    return this.permission === 'granted' && this.#choice.on;
  }

  get sound(): boolean {
    return this.#choice.sound;
  }

  /** Asks for the permission where that is still to be asked for; a click must be under way. */
  async enable(): Promise<void> {
    if (this.permission === 'default') await Notification.requestPermission();
    this.permission = permissionNow();
    if (this.permission === 'granted') this.#choose({ on: true });
  }

  disable(): void {
    this.#choose({ on: false });
  }

  setSound(sound: boolean): void {
    this.#choose({ sound });
  }

  /** Looks again: another tab may have chosen, or the browser's settings have changed. */
  refresh(): void {
    this.permission = permissionNow();
    this.#choice = stored();
  }

  #choose(change: Partial<Choice>): void {
    this.#choice = { ...this.#choice, ...change };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#choice));
    } catch {
      // A browser that keeps nothing does as chosen until the page is closed.
    }
  }
}

export const notices = new Notices();

/** Raises notifications about what the feed brings while nobody looks at the console; returns how to end that. */
export function followNotices(feed: Feed, user: string): () => void {
  void registerWorker();
  const ended = new AbortController();
  const refresh = () => notices.refresh();
  addEventListener('storage', refresh, { signal: ended.signal });
  document.addEventListener('visibilitychange', refresh, { signal: ended.signal });
  const off = $effect.root(() => {
    $effect(() => {
      if (!notices.on) return;
      const tabs = watchTabs(user);
      const offEvents = feed.onEvents((events) => void tell(events, feed, tabs));
      return () => {
        offEvents();
        tabs.stop();
      };
    });
  });
  return () => {
    ended.abort();
    off();
  };
}

async function tell(events: readonly FeedEvent[], feed: Feed, tabs: Tabs): Promise<void> {
  // What was read on another device meanwhile came with the same batch.
  const unread = events.filter((event) => feed.isUnread(event));
  const found = noticesOf(unread, speech.words, speech.language);
  if (found.length === 0 || !(await tabs.speaks())) return;
  // One sound: ours, or the system's where the browser lets us make none.
  const silent = !notices.sound || chime();
  for (const notice of found) await raise(notice, speech.language, silent).catch(() => undefined);
}

function permissionNow(): NotificationPermission | 'unsupported' {
  return typeof Notification === 'function' && isSecureContext ? Notification.permission : 'unsupported';
}

function stored(): Choice {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (typeof kept === 'object' && kept !== null)
      return { on: 'on' in kept && kept.on === true, sound: 'sound' in kept && kept.sound === true };
  } catch {
    // Nothing kept, or nothing of ours.
  }
  return { on: false, sound: false };
}

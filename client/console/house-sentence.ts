import type { CompanyProfile } from '../../shared/company.ts';
import type { Language } from '../../shared/document.ts';
import type { EventType, FeedEvent } from '../../shared/events.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import { listOf } from './list.ts';
import type { Say, Sentence } from './said.ts';

/** What happens in the house: to the company, its clients, its users and the programs that are told. */
export const HOUSE = [
  'client.created',
  'client.changed',
  'contact.added',
  'contact.reminders',
  'company.changed',
  'user.invited',
  'user.uninvited',
  'user.joined',
  'user.role_changed',
  'user.removed',
  'join.mailed',
  'webhook.created',
  'webhook.changed',
  'webhook.removed',
  'webhook.failed',
] as const satisfies readonly EventType[];

export type HouseEvent = Extract<FeedEvent, { type: (typeof HOUSE)[number] }>;

export function isHouse(event: FeedEvent): event is HouseEvent {
  return (HOUSE as readonly EventType[]).includes(event.type);
}

export function houseSentence(event: HouseEvent, say: Say, words: Catalogue, language: Language): Sentence {
  const { feed, roles, page } = words.console.company;
  const { feed: webhooks } = words.console.webhooks;
  switch (event.type) {
    case 'client.created':
      return say(feed.clientCreated(event.data.name));
    case 'client.changed':
      return say(feed.clientChanged(event.data.name));
    case 'contact.added':
      return say(feed.contactAdded(event.data.contact.name), 'neutral', null, event.data.contact.email);
    case 'contact.reminders': {
      const { unsubscribed, subscribed } = words.console.reminders.feed;
      return say(event.data.on ? subscribed : unsubscribed);
    }
    case 'company.changed': {
      const fields = event.data.fields.filter((field): field is keyof CompanyProfile => field in page);
      const names = fields.map((field) => page[field]);
      if (event.data.fields.includes('online')) names.push(words.paying.settings.title);
      return say(feed.companyChanged, 'neutral', null, names.length === 0 ? null : listOf(names, language));
    }
    case 'user.invited':
      return say(feed.invited(event.data.name), 'neutral', null, roles[event.data.role]);
    case 'user.uninvited':
      return say(feed.uninvited(event.data.name));
    case 'user.joined':
      return say(feed.joined, 'good', null, roles[event.data.role]);
    case 'user.role_changed':
      return say(feed.roleChanged(event.data.name), 'neutral', null, roles[event.data.role]);
    case 'user.removed':
      return say(feed.removed(event.data.name), 'bad');
    case 'join.mailed':
      return event.data.mail === 'failed' ? { ...say(feed.notInvited, 'bad'), alarm: true } : say(feed.wasInvited);
    case 'webhook.created':
      return say(webhooks.created(event.data.name));
    case 'webhook.changed':
      return say(...webhookChange(event.data, webhooks));
    case 'webhook.removed':
      return say(webhooks.removed(event.data.name));
    case 'webhook.failed':
      return { ...say(webhooks.failed, 'bad', null, statusOf(event.data.status, webhooks)), alarm: true };
  }
}

function webhookChange(
  { name, disabledFor }: Extract<HouseEvent, { type: 'webhook.changed' }>['data'],
  words: Catalogue['console']['webhooks']['feed'],
): [string, Sentence['tone']] {
  if (disabledFor === 'gone') return [words.gone(name), 'bad'];
  return disabledFor === 'off' ? [words.off(name), 'wait'] : [words.changed(name), 'neutral'];
}

function statusOf(status: number | null, words: Catalogue['console']['webhooks']['feed']): string {
  return status === null ? words.silent : `HTTP ${String(status)}`;
}

/** Whom the sentence is about, where that is not who did it. */
export function houseName(event: HouseEvent): string | null {
  switch (event.type) {
    case 'contact.reminders':
      return event.data.contact;
    case 'join.mailed':
    case 'user.joined':
    case 'webhook.failed':
      return event.data.name;
    default:
      return null;
  }
}

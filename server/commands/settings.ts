import { randomUUID } from 'node:crypto';
import type { CommandInputs } from '../../shared/commands.ts';
import { MAIL_CHOICES } from '../../shared/mail.ts';
import { Refusal } from '../../shared/refusal.ts';
import { ApiKeySchema } from '../entities/index.ts';
import type { CompanyScope, Result } from './scope.ts';

/** A key of the REST API, acting for the user who makes it. Its secret is made again from its id by the door. */
export function createApiKey(scope: CompanyScope, input: CommandInputs['createApiKey']): Result {
  const { acting, loaded } = scope;
  if (acting.as !== 'user') throw new Refusal('forbidden');
  const id = randomUUID();
  loaded.keys.push(
    scope.add(ApiKeySchema, {
      id,
      company: loaded.company.id,
      user: acting.user,
      label: input.label,
      createdAt: scope.now,
      lastUsedAt: null,
      revokedAt: null,
    }),
  );
  scope.say('api_key.created', { key: id, label: input.label });
  return { key: id };
}

export function revokeApiKey(scope: CompanyScope, input: CommandInputs['revokeApiKey']): Result {
  const key = scope.loaded.keys.find((one) => one.id === input.key);
  if (!key) throw new Refusal('not_found');
  if (key.revokedAt !== null) return { key: key.id };
  key.revokedAt = scope.now;
  scope.say('api_key.revoked', { key: key.id });
  return { key: key.id };
}

/** What a user wants to be written to about. */
export function chooseMails(scope: CompanyScope, input: CommandInputs['chooseMails']): Result {
  const { acting, loaded } = scope;
  const user = acting.as === 'user' ? loaded.users.find((one) => one.id === acting.user) : undefined;
  if (!user) throw new Refusal('forbidden');
  const kinds = MAIL_CHOICES.filter((kind) => input.kinds.includes(kind));
  user.mails = kinds;
  scope.say('user.mail_chosen', { user: user.id, kinds });
  return { kinds };
}

/** Moves a user's place in the feed forward, never back. */
export function markFeedRead(scope: CompanyScope, input: CommandInputs['markFeedRead']): Result {
  const { acting, loaded } = scope;
  const user = acting.as === 'user' ? loaded.users.find((one) => one.id === acting.user) : undefined;
  if (!user) throw new Refusal('forbidden');
  const upTo = Math.min(input.upTo, loaded.company.seq);
  if (upTo <= user.feedReadSeq) return { upTo: user.feedReadSeq };
  user.feedReadSeq = upTo;
  scope.say('feed.read', { user: user.id, upTo });
  return { upTo };
}

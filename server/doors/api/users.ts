import * as v from 'valibot';
import { joinInput, role } from '../../../shared/company-input.ts';
import { JoinSchema, UserSchema } from '../../entities/index.ts';
import { joinView, userView } from '../../model/users.ts';
import * as a from './answers.ts';
import { operation, type Operation } from './table.ts';

const OLDEST_FIRST = { orderBy: { createdAt: 'asc', id: 'asc' } } as const;

export const users: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/users',
    id: 'listUsers',
    family: 'users',
    summary: 'List who can sign in, and who was asked to join',
    role: 'owner',
    answer: a.userList,
    async run({ parts, acting }) {
      const em = parts.em();
      const found = await em.find(UserSchema, { company: acting.company, removedAt: null }, OLDEST_FIRST);
      const joins = await em.find(JoinSchema, { company: acting.company, endedAt: null }, OLDEST_FIRST);
      return { users: found.map(userView), invitations: joins.map(joinView) };
    },
  }),
  operation({
    method: 'POST',
    path: '/users/invitations',
    id: 'inviteUser',
    family: 'users',
    summary: 'Ask somebody to join',
    notes: 'They get a letter with a link that is good for 14 days.',
    role: 'owner',
    body: joinInput,
    example: { name: 'Luc Petit', email: 'luc@example.com', role: 'member', language: 'fr' },
    status: 201,
    answer: a.made,
    async run(call) {
      const result = await call.run('inviteUser', call.body);
      return { id: String(result['join']) };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/users/invitations/:id',
    id: 'uninviteUser',
    family: 'users',
    summary: 'Withdraw an invitation',
    role: 'owner',
    async run(call) {
      await call.run('uninviteUser', { join: call.id() });
    },
  }),
  operation({
    method: 'PATCH',
    path: '/users/:id',
    id: 'changeRole',
    family: 'users',
    summary: 'Change what somebody may do',
    notes: 'The last owner stays one: `last_owner`.',
    role: 'owner',
    body: v.strictObject({ role }),
    example: { role: 'reader' },
    answer: a.role,
    async run(call) {
      await call.run('changeRole', { user: call.id(), role: call.body.role });
      return { id: call.id(), role: call.body.role };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/users/:id',
    id: 'removeUser',
    family: 'users',
    summary: 'Remove somebody',
    notes: 'They are signed out, and their keys are revoked. What they did keeps their name.',
    role: 'owner',
    async run(call) {
      await call.run('removeUser', { user: call.id() });
    },
  }),
];

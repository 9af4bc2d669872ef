import type { JoinView } from '../../shared/company.ts';
import type { CommandInputs } from '../../shared/commands.ts';
import type { CompanyScope, Result } from './scope.ts';

/** Somebody who was asked to join has chosen a password. */
export interface Joining {
  join: string;
  passwordHash: string;
}
export interface JoinMail {
  join: string;
  mail: JoinView['mail'];
}

export function inviteUser(_scope: CompanyScope, _input: CommandInputs['inviteUser']): Result {
  throw new Error('not written yet');
}
export function uninviteUser(_scope: CompanyScope, _input: CommandInputs['uninviteUser']): Result {
  throw new Error('not written yet');
}
export function changeRole(_scope: CompanyScope, _input: CommandInputs['changeRole']): Result {
  throw new Error('not written yet');
}
export function removeUser(_scope: CompanyScope, _input: CommandInputs['removeUser']): Result {
  throw new Error('not written yet');
}
export function joinCompany(_scope: CompanyScope, _input: Joining): Result {
  throw new Error('not written yet');
}
export function recordJoinMail(_scope: CompanyScope, _input: JoinMail): Result {
  throw new Error('not written yet');
}

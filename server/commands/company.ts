import type { CommandInputs } from '../../shared/commands.ts';
import type { CompanyScope, NewBlob, Result } from './scope.ts';

/** A logo that has been read and written anew as PNG. */
export interface NewLogo {
  picture: NewBlob;
}

export function saveCompany(_scope: CompanyScope, _input: CommandInputs['saveCompany']): Result {
  throw new Error('not written yet');
}
export function setLogo(_scope: CompanyScope, _input: NewLogo): Result {
  throw new Error('not written yet');
}
export function removeLogo(_scope: CompanyScope): Result {
  throw new Error('not written yet');
}

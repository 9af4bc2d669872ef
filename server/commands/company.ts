import type { CommandInputs } from '../../shared/commands.ts';
import type { CompanyProfile } from '../../shared/company.ts';
import { applyProfile, companyView, profileOf } from '../model/company.ts';
import { isSame } from '../model/same.ts';
import type { CompanyScope, NewBlob, Result } from './scope.ts';

/** A logo that has been read and written anew as PNG. */
export interface NewLogo {
  picture: NewBlob;
}

/**
 * The fields that are given, each whole. Documents that are issued stay as they are; drafts are issued with what stands here then. What
 * changes nothing says nothing. The numbers go on from where they are, however they are written from now on.
 */
export function saveCompany(scope: CompanyScope, { changes }: CommandInputs['saveCompany']): Result {
  const { company } = scope.loaded;
  const before = profileOf(company);
  const given = Object.keys(changes) as (keyof typeof changes)[];
  // What came in as JSON has a field or has it not.
  const after = { ...before, ...(changes as Partial<CompanyProfile>) };
  const fields = given.filter((field) => !isSame(before[field], after[field]));
  if (fields.length === 0) return { fields };
  applyProfile(company, after);
  tell(scope, fields);
  return { fields };
}

/** Stands on what is written from now on. */
export function setLogo(scope: CompanyScope, { picture }: NewLogo): Result {
  scope.keep(picture);
  return change(scope, picture.sha256);
}

/** The picture itself is kept: what was issued with it shows it for ever. */
export function removeLogo(scope: CompanyScope): Result {
  return change(scope, null);
}

function change(scope: CompanyScope, logo: string | null): Result {
  const { company } = scope.loaded;
  if (company.logo === logo) return { logo };
  company.logo = logo;
  tell(scope, ['logo']);
  return { logo };
}

function tell(scope: CompanyScope, fields: string[]): void {
  scope.say('company.changed', { company: companyView(scope.loaded.company), fields });
}

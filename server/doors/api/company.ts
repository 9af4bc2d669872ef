import { companyChanges } from '../../../shared/company-input.ts';
import { CompanySchema } from '../../entities/index.ts';
import { profileOf } from '../../model/company.ts';
import { receiveLogo } from '../logo.ts';
import * as a from './answers.ts';
import { operation, type Call, type Operation } from './table.ts';

export const company: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/company',
    id: 'readCompany',
    family: 'company',
    summary: 'Read what stands on documents as their sender',
    role: 'reader',
    answer: a.company,
    run: read,
  }),
  operation({
    method: 'PATCH',
    path: '/company',
    id: 'saveCompany',
    family: 'company',
    summary: 'Change the company',
    notes: 'The fields that are given, each whole. What is issued stays as it is.',
    role: 'owner',
    body: companyChanges,
    example: { validityDays: 30, terms: ['Payment within 30 days.'] },
    answer: a.company,
    async run(call) {
      await call.run('saveCompany', { changes: call.body }, 'changes');
      return read(call);
    },
  }),
  operation({
    method: 'PUT',
    path: '/company/logo',
    id: 'setLogo',
    family: 'company',
    summary: 'Set the logo',
    notes: 'A picture, at most 5 MB; it is kept as PNG. It stands on what is issued from now on.',
    role: 'owner',
    accepts: ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif'],
    answer: a.logo,
    run: ({ ctx, parts, acting, key }) => receiveLogo(ctx, parts, acting, key),
  }),
  operation({
    method: 'DELETE',
    path: '/company/logo',
    id: 'removeLogo',
    family: 'company',
    summary: 'Take the logo away',
    role: 'owner',
    async run(call) {
      await call.run('removeLogo', {});
    },
  }),
];

async function read({ parts, acting }: Call<unknown, unknown>) {
  return profileOf(await parts.em().findOneOrFail(CompanySchema, { id: acting.company }));
}

import * as v from 'valibot';
import { clientInput } from '../../../shared/company-input.ts';
import { Refusal } from '../../../shared/refusal.ts';
import { clientPage, listClients } from '../../views/clients.ts';
import * as a from './answers.ts';
import { CLIENT } from './examples.ts';
import { operation, type Call, type Operation } from './table.ts';

const listQuery = v.strictObject({
  q: v.optional(v.pipe(v.string(), v.maxLength(200))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(2000))),
});

export const clients: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/clients',
    id: 'listClients',
    family: 'clients',
    summary: 'List clients by name',
    notes: '`next` is the cursor of the next page, null on the last one. `q` finds words in the name of a client or contact.',
    role: 'reader',
    query: listQuery,
    answer: a.clientList,
    run: ({ parts, acting, query }) => listClients(parts.em(), acting.company, { q: query.q ?? null, cursor: query.cursor ?? null }),
  }),
  operation({
    method: 'POST',
    path: '/clients',
    id: 'createClient',
    family: 'clients',
    summary: 'Add a client with its contacts',
    role: 'member',
    body: clientInput,
    example: CLIENT,
    status: 201,
    answer: a.clientDetail,
    async run(call) {
      const result = await call.run('saveClient', { client: null, profile: call.body }, 'profile');
      const id = String(result['client']);
      call.ctx.set('location', `/api/v1/clients/${id}`);
      return read(call, id);
    },
  }),
  operation({
    method: 'GET',
    path: '/clients/:id',
    id: 'readClient',
    family: 'clients',
    summary: 'Read a client with its contacts and newest documents',
    role: 'reader',
    answer: a.clientDetail,
    run: (call) => read(call, call.id()),
  }),
  operation({
    method: 'PUT',
    path: '/clients/:id',
    id: 'saveClient',
    family: 'clients',
    summary: 'Change a client',
    notes: 'Whole: contacts with an `id` are those there are, those left out are taken off the list.',
    role: 'member',
    body: clientInput,
    example: CLIENT,
    answer: a.clientDetail,
    async run(call) {
      await call.run('saveClient', { client: call.id(), profile: call.body }, 'profile');
      return read(call, call.id());
    },
  }),
];

async function read({ parts, acting }: Call<unknown, unknown>, id: string) {
  const client = await clientPage(parts.em(), acting.company, id);
  if (client === null) throw new Refusal('not_found');
  return client;
}

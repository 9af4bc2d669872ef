import * as v from 'valibot';
import * as s from '../../../shared/schema.ts';
import { commandId } from '../../intake.ts';
import { findFile, receiveFile, sendFile } from '../files.ts';
import { placeOf } from './own.ts';
import { operation, type Operation } from './table.ts';

const uploadQuery = v.strictObject({
  for: v.optional(v.picklist(['document', 'message']), 'document'),
  name: v.optional(v.pipe(v.string(), v.maxLength(500))),
});
const readQuery = v.object({ view: v.optional(v.string()) });

export const files: readonly Operation[] = [
  operation({
    method: 'POST',
    path: '/documents/:id/files',
    id: 'attachFile',
    family: 'files',
    summary: 'Attach a file to a document, or keep one for a message',
    notes: 'Its bytes with their content type and the name in the query, or a form with `file`. At most 25 MB.',
    role: 'member',
    query: uploadQuery,
    accepts: ['application/octet-stream', 'multipart/form-data'],
    status: 201,
    answer: s.file,
    async run(call) {
      const { ctx, parts, acting, query, key } = call;
      const { document } = await placeOf(call);
      const target = { document, forMessage: query.for === 'message', acting };
      const file = await receiveFile(ctx, parts, target, { id: key === null ? null : commandId(key), raw: true });
      ctx.set('location', `/api/v1/documents/${document}/files/${file.id}`);
      return file;
    },
  }),
  operation({
    method: 'GET',
    path: '/documents/:id/files/:file',
    id: 'readFile',
    family: 'files',
    summary: 'Get an attached file',
    notes: 'Parts of it by `Range`.',
    role: 'reader',
    query: readQuery,
    sends: ['*/*'],
    also: [206, 304, 416],
    async run(call) {
      const at = { ...(await placeOf(call)), file: (call.ctx.params as Record<string, string>)['file'] };
      await sendFile(call.ctx, call.parts, await findFile(call.parts.em(), at, call.acting));
    },
  }),
  operation({
    method: 'DELETE',
    path: '/documents/:id/files/:file',
    id: 'removeFile',
    family: 'files',
    summary: 'Take a file away',
    role: 'member',
    async run(call) {
      await call.run('removeFile', { document: call.id(), file: call.id('file') });
    },
  }),
];

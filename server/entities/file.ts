import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Side } from '../../shared/view.ts';
import { CompanySchema } from './company.ts';
import { DealSchema } from './deal.ts';
import { DocumentSchema } from './document.ts';
import { MessageSchema } from './page.ts';

/**
 * An uploaded file; its bytes are in the file storage under their SHA-256, which several rows may name. `waiting`: uploaded for
 * a message that has not been sent yet, visible to nobody else.
 */
export const FileSchema = defineEntity({
  name: 'File',
  tableName: 'files',
  properties: {
    id: p.uuid().primary(),
    company: () => p.manyToOne(CompanySchema).mapToPk(),
    deal: () => p.manyToOne(DealSchema).mapToPk(),
    document: () => p.manyToOne(DocumentSchema).mapToPk(),
    message: () => p.manyToOne(MessageSchema).mapToPk().strictNullable(),
    waiting: p.boolean(),
    side: p.text().$type<Side>(),
    /** Who uploaded it (`uploaderOf`): only they can send it with a message. */
    uploader: p.text(),
    by: p.text(),
    name: p.text(),
    mediaType: p.text(),
    bytes: p.integer(),
    sha256: p.text().index(),
    position: p.integer(),
    at: p.datetime(3),
  },
  indexes: [{ properties: ['deal', 'position'] }],
});
export type File = InferEntity<typeof FileSchema>;

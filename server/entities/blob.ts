import { defineEntity, p, type InferEntity } from '@mikro-orm/core';

/** Bytes kept for ever under their SHA-256: imported files and the PDFs decisions were made on. */
export const BlobSchema = defineEntity({
  name: 'Blob',
  tableName: 'blobs',
  properties: {
    sha256: p.text().primary(),
    mediaType: p.text(),
    size: p.integer(),
    bytes: p.blob().lazy(),
    createdAt: p.datetime(3),
  },
});
export type Blob = InferEntity<typeof BlobSchema>;

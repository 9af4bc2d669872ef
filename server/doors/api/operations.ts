import { clients } from './clients.ts';
import { company } from './company.ts';
import { deals } from './deals.ts';
import { documents } from './documents.ts';
import { drafts } from './drafts.ts';
import { events } from './events.ts';
import { files } from './files.ts';
import { sharing } from './sharing.ts';
import { payments } from './payments.ts';
import type { Operation } from './table.ts';
import { users } from './users.ts';
import { webhooks } from './webhooks.ts';

/** Every operation of `/api/v1`, in the order they are described in. */
export const OPERATIONS: readonly Operation[] = [
  ...documents,
  ...sharing,
  ...payments,
  ...drafts,
  ...deals,
  ...clients,
  ...files,
  ...company,
  ...users,
  ...webhooks,
  ...events,
];

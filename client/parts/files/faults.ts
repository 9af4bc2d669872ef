import type { RefusalCode } from '../../../shared/refusal.ts';

/** Why a file did not arrive: what the server said, that it could not be reached, or that the file itself is gone from the disk. */
export type UploadFault = RefusalCode | 'network' | 'unreadable';

interface Faulty {
  fault: UploadFault | null;
}

/** Passes by itself: sent again as soon as it can be. */
const PASSING: ReadonlySet<UploadFault> = new Set<UploadFault>(['network', 'unavailable', 'rate_limited', 'upload_broken']);
/** May have passed when somebody tries again. */
const WORTH_A_TRY: ReadonlySet<UploadFault> = new Set<UploadFault>([
  ...PASSING,
  'internal',
  'storage_full',
  'company_full',
  'document_full',
]);

/** Whether it may go through when it is sent again. */
export function isWorthATry({ fault }: Faulty): boolean {
  return fault !== null && WORTH_A_TRY.has(fault);
}

/** Whether it is sent again without anybody asking, once the server can be reached. */
export function triesByItself({ fault }: Faulty): boolean {
  return fault !== null && PASSING.has(fault);
}

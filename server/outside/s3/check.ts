import type { Logger } from 'pino';
import { listAll } from './listing.ts';
import { createAsk, S3Error, type S3Place } from './request.ts';

const PATIENCE = { silentMs: 5000, tries: 2, pauseMs: 200 };
/** What to mend, by what the store says. */
const MEND: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'its KEY is not known there',
  SignatureDoesNotMatch: 'its SECRET does not fit its KEY (is it percent-encoded?)',
  AccessDenied: 'its KEY may not list, read, write and delete in the bucket',
  NoSuchBucket: 'there is no such bucket',
  PermanentRedirect: 'the bucket is in another region: set host and region',
  AuthorizationHeaderMalformed: 'the region is another one: set ?region=',
};

/**
 * One sentence when the store refuses us for good: better said at the start than at the first upload. That it is away is no reason not to
 * start; then null, and the log has it.
 */
export async function faultOfS3(place: S3Place, logger: Logger): Promise<string | null> {
  try {
    for await (const one of listAll(createAsk(place, PATIENCE), place, '', 1)) if (one.key !== '') break;
    return null;
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    const { status, code } = error;
    if (status !== null && status < 500 && status !== 429)
      return `The file store of S3_URL refuses (${status} ${code})${MEND[code] ? `: ${MEND[code]}` : ''}.`;
    logger.warn({ status, code }, 'the file store of S3_URL is away; files cannot be sent or read until it is back');
    return null;
  }
}

import type { S3Place } from './request.ts';

/** How S3_URL must look; never with what it says, which is a secret. */
export const S3_URL_FORM =
  'S3_URL must look like https://KEY:SECRET@host/bucket or https://KEY:SECRET@host/bucket/folder?region=eu-west-3, with KEY and SECRET percent-encoded (%2F for a slash, %2B for a plus).';

/** The bucket an address names, with its key and secret; null when it does not look like `S3_URL_FORM`. */
export function parseS3Url(value: string): S3Place | null {
  const url = URL.parse(value);
  const [, bucket, folder = ''] =
    /^\/([A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9])(?:\/((?:[A-Za-z0-9._-]+\/)*[A-Za-z0-9._-]+))?\/?$/.exec(url?.pathname ?? '') ?? [];
  if (url === null || !['http:', 'https:'].includes(url.protocol) || bucket === undefined || url.hash !== '') return null;
  const [key, secret] = [decoded(url.username), decoded(url.password)];
  const region = url.searchParams.get('region');
  if (!key || !secret || [...url.searchParams.keys()].some((name) => name !== 'region')) return null;
  if (region !== null && !/^[a-z0-9-]+$/.test(region)) return null;
  return { origin: url.origin, bucket, prefix: folder === '' ? '' : `${folder}/`, region, key, secret };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

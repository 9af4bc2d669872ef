import { createHash, createHmac } from 'node:crypto';

/** A request as it came in: what its signature was made of. */
export interface SignedRequest {
  method: string;
  /** Path and query, as they stand in the first line. */
  target: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const encoded = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * What is wrong with a signature of version 4, in the words of S3, or null. Written from Amazon's description ("Authenticating Requests:
 * Using the Authorization Header"), since the emulator checks none.
 */
export function faultOfSignature({ method, target, headers }: SignedRequest, keys: ReadonlyMap<string, string>): string | null {
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      String(headers['authorization']),
    );
  if (!parsed) return 'AccessDenied';
  const [, key = '', day = '', region = '', names = '', signature = ''] = parsed;
  const secret = keys.get(key);
  if (secret === undefined) return 'InvalidAccessKeyId';
  const at = String(headers['x-amz-date']);
  if (!at.startsWith(day) || !names.split(';').includes('host') || !names.split(';').includes('x-amz-content-sha256'))
    return 'AccessDenied';
  const [path = '', query = ''] = target.split('?');
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const canonical = [
    method,
    path.split('/').map(decodeURIComponent).map(encoded).join('/'),
    pairs.join('&'),
    ...names.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    names,
    String(headers['x-amz-content-sha256']),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', at, `${day}/${region}/s3/aws4_request`, sha256(canonical)].join('\n');
  const signing = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${secret}`);
  return hmac(signing, text).toString('hex') === signature ? null : 'SignatureDoesNotMatch';
}

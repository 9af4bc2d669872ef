import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a derived token opens. */
type Purpose = 'link' | 'key';

const MAC_BYTES = 16;
/** So that a leaked key can be recognised for what it is. */
const PREFIX: { readonly [P in Purpose]: string } = { link: '', key: 'wdk_' };

/**
 * Tokens derived from an id under SECRET: base64url of the id's 16 bytes and a 128-bit HMAC. They can be made again at
 * any time, so nothing that opens a door is ever stored.
 */
export interface Tokens {
  make(purpose: Purpose, id: string): string;
  /** The id, or null when the token was not made by us. Constant time in the token's content. */
  read(purpose: Purpose, token: string): string | null;
}

export function createTokens(secret: string): Tokens {
  const mac = (purpose: Purpose, id: Buffer) =>
    createHmac('sha256', secret).update(`${purpose}:`).update(id).digest().subarray(0, MAC_BYTES);
  return {
    make(purpose, id) {
      const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
      return PREFIX[purpose] + Buffer.concat([bytes, mac(purpose, bytes)]).toString('base64url');
    },
    read(purpose, given) {
      if (!given.startsWith(PREFIX[purpose])) return null;
      const token = given.slice(PREFIX[purpose].length);
      if (!/^[\w-]{43}$/.test(token)) return null;
      const bytes = Buffer.from(token, 'base64url');
      const id = bytes.subarray(0, 16);
      // The last character has unused bits: only the spelling we make is ours.
      if (bytes.toString('base64url') !== token || !timingSafeEqual(bytes.subarray(16), mac(purpose, id))) return null;
      return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}

/** SHA-256 as 64 hexadecimal characters. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

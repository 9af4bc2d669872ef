import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a derived token opens. */
type Purpose = 'link' | 'key' | 'join' | 'unsubscribe';

const MAC_BYTES = 16;
const REPLY_MAC_BYTES = 10;
/** RFC 4648, in small letters and without padding. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** Of a reply token. */
export const REPLY_CHARS = Math.ceil(((16 + REPLY_MAC_BYTES) * 8) / 5);
const WEBHOOK_PREFIX = 'whsec_';
/** So that a leaked key can be recognised for what it is. */
const PREFIX: { readonly [P in Purpose]: string } = { link: '', key: 'wdk_', join: '', unsubscribe: '' };

/**
 * Tokens derived from an id under SECRET: base64url of the id's 16 bytes and a 128-bit HMAC. They can be made again at
 * any time, so nothing that opens a door is ever stored.
 */
export interface Tokens {
  make(purpose: Purpose, id: string): string;
  /** The id, or null when the token was not made by us. Constant time in the token's content. */
  read(purpose: Purpose, token: string): string | null;
  /**
   * The part of an address, and of a Message-ID, that leads a reply back to the mail it answers: 42 characters that mean the same in
   * capitals and small letters, since mail servers may change those. 80 bits of HMAC: it can only be tried against a door that counts.
   */
  makeReply(mail: string): string;
  /** The mail's id, or null when we did not make this token. */
  readReply(token: string): string | null;
  /** What an endpoint's webhooks are signed with: `whsec_` and 32 bytes in base64. (Standard Webhooks) */
  webhookSecret(webhook: string): string;
}

export function createTokens(secret: string): Tokens {
  const mac = (purpose: Purpose, id: Buffer) =>
    createHmac('sha256', secret).update(`${purpose}:`).update(id).digest().subarray(0, MAC_BYTES);
  const replyMac = (id: Buffer) => createHmac('sha256', secret).update('reply:').update(id).digest().subarray(0, REPLY_MAC_BYTES);
  return {
    makeReply(mail) {
      const id = Buffer.from(mail.replaceAll('-', ''), 'hex');
      return base32(Buffer.concat([id, replyMac(id)]));
    },
    readReply(token) {
      const bytes = fromBase32(token.toLowerCase());
      if (bytes?.length !== 16 + REPLY_MAC_BYTES) return null;
      const id = bytes.subarray(0, 16);
      return timingSafeEqual(bytes.subarray(16), replyMac(id)) ? uuidOf(id) : null;
    },
    webhookSecret(webhook) {
      const id = Buffer.from(webhook.replaceAll('-', ''), 'hex');
      return `${WEBHOOK_PREFIX}${createHmac('sha256', secret).update('webhook:').update(id).digest('base64')}`;
    },
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
      return uuidOf(id);
    },
  };
}

/**
 * The signature header of a webhook: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64, under the bytes that `secret` spells.
 * `timestamp` in seconds. (Standard Webhooks 1.0.0)
 */
export function signWebhook(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.slice(WEBHOOK_PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** Only the spelling `base32` makes: the unused bits of the last letter are zero. */
function fromBase32(text: string): Buffer | null {
  if (!/^[a-z2-7]+$/.test(text)) return null;
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
  return base32(bytes) === text ? bytes : null;
}

/** Keeps bytes that must not be read from a copy of the database: AES-256-GCM under a key derived from SECRET for this one purpose. */
export interface Seal {
  close(bytes: Uint8Array): Buffer;
  /** Throws for what was not closed by us, or was changed since. */
  open(sealed: Uint8Array): Buffer;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

export function createSeal(secret: string, purpose: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `seal:${purpose}`, 32));
  return {
    close(bytes) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed) {
      const all = Buffer.from(sealed);
      const decipher = createDecipheriv('aes-256-gcm', key, all.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAuthTag(all.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(all.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    },
  };
}

/** A path nobody can guess, the same at every start. */
export function secretPath(secret: string, purpose: string): string {
  return `/${createHmac('sha256', secret).update(`path:${purpose}`).digest('base64url').slice(0, 22)}`;
}

/** By which a secret is recognised, and which says nothing of it: 32 hexadecimal characters. */
export function fingerprintOf(secret: string): string {
  return createHmac('sha256', secret).update('fingerprint').digest('hex').slice(0, 32);
}

/** SHA-256 as 64 hexadecimal characters. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Whether a shown text is the secret. Of the same length whatever was shown, and compared in the same time. */
export function isSecret(shown: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(secret));
}

import { type KeyObject, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { decrypt, encrypt, IV_BYTES, TAG_BYTES } from './aes-gcm.ts';
import type { SealContext } from './seal-context.ts';
import { SealError } from './seal-error.ts';

/*
 * Envelopes are JWE compact (RFC 7516) with direct encryption (RFC 7518 section 4.5) and AES-256-GCM (section 5.3):
 * header..iv.ciphertext.tag, each base64url. The header is the associated data; it names the key (`kid`) and the place
 * that the value belongs to (`ctx`).
 */

export const ENVELOPE_TYPE = 'akm+jwe';
export const PLAINTEXT_BYTES_MAX = 64 * 1024;
const ENVELOPE_CHARACTERS_MAX = 96 * 1024;

export type SealingKey = { id: string; key: KeyObject };

const Header = z.strictObject({
  alg: z.literal('dir'),
  enc: z.literal('A256GCM'),
  typ: z.literal(ENVELOPE_TYPE),
  kid: z.string().min(1).max(64),
  ctx: z.string().min(1).max(512),
});

/** Seals bytes for one place. A fresh random iv each time; a key may seal 2^32 values before ivs could repeat. */
export function seal({ id, key }: SealingKey, context: SealContext, plaintext: Uint8Array): string {
  if (plaintext.byteLength > PLAINTEXT_BYTES_MAX) {
    throw new RangeError(`a value of ${plaintext.byteLength} bytes is too large to seal`);
  }
  const header = { alg: 'dir', enc: 'A256GCM', typ: ENVELOPE_TYPE, kid: id, ctx: context };
  const encodedHeader = Buffer.from(JSON.stringify(header)).toString('base64url');
  const iv = randomBytes(IV_BYTES);
  const { ciphertext, tag } = encrypt({ key, iv, associatedData: Buffer.from(encodedHeader, 'ascii'), plaintext });
  return `${encodedHeader}..${iv.toString('base64url')}.${ciphertext.toString('base64url')}.${tag.toString('base64url')}`;
}

type OpenInput = { envelope: string; context: SealContext; findKey: (keyId: string) => KeyObject | undefined };

/**
 * Opens an envelope that was sealed for `context`. Throws SealError: `Malformed` for anything but exactly what `seal`
 * writes, `UnknownKey`, `Tampered`, `WrongContext` for a value that was moved here from another place.
 */
export function open({ envelope, context, findKey }: OpenInput): Buffer {
  const { header, associatedData, iv, ciphertext, tag } = parse(envelope);
  const key = findKey(header.kid);
  if (key === undefined) throw new SealError('UnknownKey', { keyId: header.kid });
  const plaintext = decrypt({ key, iv, associatedData, ciphertext, tag });
  if (plaintext === undefined) throw new SealError('Tampered', { keyId: header.kid });
  if (header.ctx !== context) {
    plaintext.fill(0);
    throw new SealError('WrongContext', { keyId: header.kid });
  }
  return plaintext;
}

type Parsed = { header: z.infer<typeof Header>; associatedData: Buffer; iv: Buffer; ciphertext: Buffer; tag: Buffer };

/** Envelopes that are opened with every call, in their parts: nothing of it is secret. The first to come goes first. */
const PARSED_MAX = 2000;
const PARSED_CHARACTERS_MAX = 2048;
const parsed = new Map<string, Parsed>();

function parse(envelope: string): Parsed {
  const known = parsed.get(envelope);
  if (known !== undefined) return known;
  const parts = parseParts(envelope);
  if (envelope.length > PARSED_CHARACTERS_MAX) return parts;
  const oldest = parsed.keys().next();
  if (parsed.size >= PARSED_MAX && !oldest.done) parsed.delete(oldest.value);
  parsed.set(envelope, parts);
  return parts;
}

function parseParts(envelope: string): Parsed {
  if (envelope.length > ENVELOPE_CHARACTERS_MAX) throw new SealError('Malformed');
  const [encodedHeader, encryptedKey, encodedIv, encodedCiphertext, encodedTag, ...rest] = envelope.split('.');
  // `dir` has no encrypted key: the second part of the five is empty.
  if (encodedHeader === undefined || encryptedKey !== '' || rest.length > 0) throw new SealError('Malformed');
  const iv = decode(encodedIv);
  const tag = decode(encodedTag);
  if (iv.byteLength !== IV_BYTES || tag.byteLength !== TAG_BYTES) throw new SealError('Malformed');
  return {
    header: parseHeader(decode(encodedHeader)),
    associatedData: Buffer.from(encodedHeader, 'ascii'),
    iv,
    ciphertext: decode(encodedCiphertext),
    tag,
  };
}

/** Only the canonical spelling: Node's decoder skips foreign characters and spare bits, so the result is encoded again. */
function decode(part: string | undefined): Buffer {
  if (part === undefined) throw new SealError('Malformed');
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new SealError('Malformed');
  return bytes;
}

function parseHeader(bytes: Buffer): z.infer<typeof Header> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new SealError('Malformed');
  }
  const header = Header.safeParse(value);
  if (!header.success) throw new SealError('Malformed');
  return header.data;
}

import { createHmac, createSecretKey } from 'node:crypto';
import { z } from 'zod';
import { StartupError } from '../startup-error.ts';
import { looksLikeWords, weaknessOf } from './master-key-strength.ts';
import type { SealingKey } from './sealed.ts';

const KEY_BYTES = 32;
const KEYS_MAX = 16;

/**
 * Master keys by id. The primary seals a new vault; a vault that exists goes on with the one it was sealed with,
 * whichever of these that is.
 */
export type MasterKeys = { primaryId: string; keys: ReadonlyMap<string, SealingKey> };

/** A JWK Set (RFC 7517) with two members of our own: `primary`, and `created` in each key. */
const KeySet = z.looseObject({
  primary: z.string().optional(),
  keys: z
    .array(z.looseObject({ kty: z.literal('oct'), k: z.string(), kid: z.string().optional() }))
    .min(1)
    .max(KEYS_MAX),
});

/** The id of a master key: derived from its bytes, so that it is the same whatever file or variable brought it. */
export function masterKeyIdOf(bytes: Uint8Array): string {
  return `mk_${createHmac('sha256', bytes).update('akm-master-key-id-v1').digest('base64url').slice(0, 16)}`;
}

/**
 * Reads 64 hex digits, 43 or 44 characters of base64 or base64url, or a JWK Set. `origin` names the place in messages.
 * Throws `master_key_invalid` for anything else and for keys that are not random; the text is never quoted.
 */
export function parseMasterKeys(text: string, origin: string): MasterKeys {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return parseKeySet(trimmed, origin);
  const key = importKey(decodeKeyText(trimmed, origin), origin);
  return { primaryId: key.id, keys: new Map([[key.id, key]]) };
}

function decodeKeyText(text: string, origin: string): Buffer {
  if (text === '') throw refuse(origin, 'is empty');
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/]{43}=?$/.test(text) || /^[A-Za-z0-9_-]{43}=?$/.test(text)) {
    const bytes = decodeBase64(text.replace(/=$/, ''));
    if (bytes === undefined) throw refuse(origin, 'is not 32 bytes of base64');
    if (looksLikeWords(text)) throw refuse(origin, 'holds no random key: it is readable text, not random bytes');
    return bytes;
  }
  throw refuse(origin, `has ${text.length} characters, which is none of the accepted forms`);
}

/** 43 characters hold 2 bits more than 32 bytes; they must be zero, or two spellings would mean one key. */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  const canonical = text.replaceAll('+', '-').replaceAll('/', '_');
  return bytes.byteLength === KEY_BYTES && bytes.toString('base64url') === canonical ? bytes : undefined;
}

function parseKeySet(text: string, origin: string): MasterKeys {
  const set = readKeySet(text, origin);
  const keys = new Map<string, SealingKey>();
  for (const { k, kid } of set.keys) {
    const bytes = decodeBase64(k);
    if (bytes === undefined) throw refuse(origin, 'has a key that is not 32 bytes of base64url');
    const key = importKey(bytes, origin);
    if (kid !== undefined && kid !== key.id) {
      throw refuse(origin, `is damaged: the key under the id ${printable(kid)} really has the id ${key.id}`);
    }
    keys.set(key.id, key);
  }
  const primaryId = set.primary ?? (keys.size === 1 ? [...keys.keys()][0] : undefined);
  if (primaryId === undefined) throw refuse(origin, 'has several keys and does not name the "primary" one');
  if (!keys.has(primaryId))
    throw refuse(origin, `names a "primary" (${printable(primaryId)}) that is not among its keys`);
  return { primaryId, keys };
}

function readKeySet(text: string, origin: string): z.infer<typeof KeySet> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse(origin, 'is not valid JSON');
  }
  const set = KeySet.safeParse(value);
  if (!set.success) throw refuse(origin, 'is not a JWK Set of symmetric ("oct") keys');
  return set.data;
}

function importKey(bytes: Buffer, origin: string): SealingKey {
  const weakness = weaknessOf(bytes);
  if (weakness !== undefined) throw refuse(origin, `holds no random key: ${weakness}`);
  const id = masterKeyIdOf(bytes);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return { id, key };
}

/** An id from a file goes into a message: only what an id can look like, or somebody's key might be quoted. */
function printable(id: string): string {
  return /^mk_[A-Za-z0-9_-]{16}$/.test(id) ? id : '(not an id)';
}

function refuse(origin: string, problem: string): StartupError {
  return new StartupError(
    'master_key_invalid',
    `${origin} ${problem}. Accepted are 64 hex digits, 43 or 44 characters of base64, or a JWK Set, of 32 random bytes. Make one with: openssl rand -hex 32`,
  );
}

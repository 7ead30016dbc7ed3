import { createPublicKey, type KeyObject, verify, type webcrypto } from 'node:crypto';
import { z } from 'zod';
import { readCbor } from './cbor.ts';

/** Signatures we take: ES256, EdDSA and RS256 by their COSE numbers (RFC 9053, RFC 8812), in the order we like them. */
export const signatureAlgorithms = [-7, -8, -257] as const;

const Bytes = z.instanceof(Uint8Array);
/** RFC 9052 section 7: 1 is the key's type, 3 its algorithm, negative names are its parameters. */
const CoseKey = z.discriminatedUnion('3', [
  z.object({ 1: z.literal(2), 3: z.literal(-7), '-1': z.literal(1), '-2': Bytes, '-3': Bytes }),
  z.object({ 1: z.literal(1), 3: z.literal(-8), '-1': z.literal(6), '-2': Bytes }),
  z.object({ 1: z.literal(3), 3: z.literal(-257), '-1': Bytes, '-2': Bytes }),
]);
type CoseKey = z.output<typeof CoseKey>;

const RSA_BITS_MIN = 2048;
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** Reads the public key of a passkey. Throws for an algorithm, a curve or a point that we do not take. */
export function readCoseKey(bytes: Uint8Array): { key: KeyObject; algorithm: (typeof signatureAlgorithms)[number] } {
  const { value } = readCbor(bytes);
  if (!(value instanceof Map)) throw new Error('a COSE key is a map');
  const cose = CoseKey.parse(Object.fromEntries(value));
  const key = createPublicKey({ key: toJwk(cose), format: 'jwk' });
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < RSA_BITS_MIN) throw new Error('an RSA key that is too short');
  return { key, algorithm: cose[3] };
}

function toJwk(cose: CoseKey): webcrypto.JsonWebKey {
  if (cose[3] === -7) return { kty: 'EC', crv: 'P-256', x: base64url(cose['-2']), y: base64url(cose['-3']) };
  if (cose[3] === -8) return { kty: 'OKP', crv: 'Ed25519', x: base64url(cose['-2']) };
  return { kty: 'RSA', n: base64url(cose['-1']), e: base64url(cose['-2']) };
}

/** Whether a passkey with this COSE key signed the data. Signatures of ES256 are DER (WebAuthn section 6.5.5). */
export function isSignedBy(coseKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const { key, algorithm } = readCoseKey(coseKey);
  return verify(algorithm === -8 ? null : 'sha256', data, key, signature);
}

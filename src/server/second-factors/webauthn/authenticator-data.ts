import { readCbor } from './cbor.ts';

/** What an authenticator signs (WebAuthn level 3, section 6.1). */
export interface AuthenticatorData {
  readonly rpIdHash: Uint8Array;
  readonly isUserPresent: boolean;
  readonly isUserVerified: boolean;
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
  readonly counter: number;
  /** The new passkey; only at its creation. */
  readonly credential: { readonly id: Uint8Array; readonly coseKey: Uint8Array } | null;
}

const FIXED_BYTES = 37;
const AAGUID_BYTES = 16;
const flag = { userPresent: 1, userVerified: 4, backupEligible: 8, backedUp: 16, credential: 64, extensions: 128 };

/** Takes authenticator data apart. Throws when a byte is missing or too many. */
export function readAuthenticatorData(bytes: Uint8Array): AuthenticatorData {
  if (bytes.length < FIXED_BYTES) throw new Error('authenticator data is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(32);
  const has = (bit: number): boolean => (flags & bit) !== 0;
  let end = FIXED_BYTES;
  let credential: AuthenticatorData['credential'] = null;
  if (has(flag.credential)) ({ credential, end } = readCredential(bytes, view));
  if (has(flag.extensions)) end += readCbor(bytes.subarray(end)).end;
  if (end !== bytes.length) throw new Error('authenticator data has bytes left over');
  return {
    rpIdHash: bytes.subarray(0, 32),
    isUserPresent: has(flag.userPresent),
    isUserVerified: has(flag.userVerified),
    isBackupEligible: has(flag.backupEligible),
    isBackedUp: has(flag.backedUp),
    counter: view.getUint32(33),
    credential,
  };
}

function readCredential(bytes: Uint8Array, view: DataView) {
  const idStart = FIXED_BYTES + AAGUID_BYTES + 2;
  if (bytes.length < idStart) throw new Error('authenticator data is cut off');
  const keyStart = idStart + view.getUint16(idStart - 2);
  const end = keyStart + readCbor(bytes.subarray(keyStart)).end;
  return { credential: { id: bytes.subarray(idStart, keyStart), coseKey: bytes.subarray(keyStart, end) }, end };
}

import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

export const IV_BYTES = 12;
export const TAG_BYTES = 16;

// Without an explicit length Node accepts tags of 4 bytes, which an attacker can guess.
const OPTIONS = { authTagLength: TAG_BYTES } as const;

type EncryptInput = { key: KeyObject; iv: Uint8Array; associatedData: Uint8Array; plaintext: Uint8Array };

/** AES-256-GCM (NIST SP 800-38D). The iv must never be used twice with one key. */
export function encrypt({ key, iv, associatedData, plaintext }: EncryptInput): { ciphertext: Buffer; tag: Buffer } {
  const cipher = createCipheriv('aes-256-gcm', key, iv, OPTIONS);
  cipher.setAAD(associatedData);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { ciphertext, tag: cipher.getAuthTag() };
}

type DecryptInput = {
  key: KeyObject;
  iv: Uint8Array;
  associatedData: Uint8Array;
  ciphertext: Uint8Array;
  tag: Uint8Array;
};

/** The plaintext, or undefined when anything was changed. Throws for a tag of another length than 16 bytes. */
export function decrypt({ key, iv, associatedData, ciphertext, tag }: DecryptInput): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, OPTIONS);
  decipher.setAAD(associatedData);
  decipher.setAuthTag(tag);
  // update() gives bytes that are not verified yet: nothing may leave before final() has passed.
  const unverified = decipher.update(ciphertext);
  try {
    decipher.final();
    return unverified;
  } catch {
    unverified.fill(0);
    return undefined;
  }
}

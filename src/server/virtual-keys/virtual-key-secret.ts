import { hashIssued, issuedSecrets } from '../issued-secret.ts';
import type { Secret } from '../secret.ts';

const secrets = issuedSecrets('sk-akm-');

/** A new secret of a virtual key: `sk-akm-`, 43 random characters and 6 that check what stands before them. */
export const makeVirtualKeySecret = secrets.make;

/** Whether the text can be the secret of a virtual key, asked before anything is looked up. */
export const isWellFormed = secrets.isWellFormed;

/** What is stored of a secret. */
export const hashVirtualKey = hashIssued;

/** What is written down of a new secret. */
export function describeSecret(secret: Secret): { secret_hash: string; preview: string } {
  return { secret_hash: hashIssued(secret.reveal()), preview: secrets.preview(secret) };
}

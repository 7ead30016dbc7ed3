import { hashIssued, issuedSecrets } from '../issued-secret.ts';
import type { Secret } from '../secret.ts';

const secrets = issuedSecrets('sa-akm-');

/** A new token of a service account: `sa-akm-`, 43 random characters and 6 that check what stands before them. */
export const makeServiceToken = secrets.make;

/** Whether a bearer token is meant as one of a service account. */
export const isServiceToken = (text: string): boolean => text.startsWith('sa-akm-');

export const isWellFormedServiceToken = secrets.isWellFormed;

export const hashServiceToken = hashIssued;

/** What is written down of a new token. */
export function describeServiceToken(secret: Secret): { token_hash: string; preview: string } {
  return { token_hash: hashIssued(secret.reveal()), preview: secrets.preview(secret) };
}

/** The token itself, for the one reply that shows it. */
export const showServiceToken = (secret: Secret): string => secret.reveal();

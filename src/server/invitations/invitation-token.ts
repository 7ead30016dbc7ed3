import { hashIssued, issuedSecrets } from '../issued-secret.ts';
import type { Secret } from '../secret.ts';

const secrets = issuedSecrets('inv-akm-');

/** The token of a new link: `inv-akm-`, 43 random characters and 6 that check what stands before them. */
export const makeInvitationToken = secrets.make;

/** Whether the text can be the token of a link, asked before anything is looked up. */
export const isWellFormedInvitation = secrets.isWellFormed;

/** What is stored of a token. */
export const hashInvitation = hashIssued;

/** A token as the one who invites is shown it, this once, and as it is stored. */
export function showInvitationToken(secret: Secret): { token: string; tokenHash: string } {
  const token = secret.reveal();
  return { token, tokenHash: hashIssued(token) };
}

import { z } from 'zod';
import { line, page, pageFields, Time } from './fields.ts';
import { CredentialId, ShareLinkId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { shareLinkStates } from './vocabulary.ts';

export const ShareLink = z
  .object({
    id: ShareLinkId,
    keyId: CredentialId,
    /** The name of the key when the link was made. */
    label: z.string(),
    state: z.enum(shareLinkStates),
    needsPassphrase: z.boolean(),
    viewsMax: z.number().int(),
    views: z.number().int(),
    /** Who made it; null: an account that is gone. */
    createdBy: z.string().nullable(),
    createdAt: Time,
    expiresAt: Time,
  })
  .meta({ id: 'ShareLink' });

/** What the link ends with, after the number sign. */
const token = z.string().min(1).max(100);
const Passphrase = line(200);

export const shareLinkOperations = {
  'GET /api/share-links': {
    noun: 'share-links',
    summary: 'One-time links to keys, newest first: the own ones, or all of the workspace for who oversees it.',
    permission: 'share-link:create',
    status: 200,
    query: z.strictObject(pageFields),
    output: page(ShareLink),
  },
  'POST /api/share-links': {
    noun: 'share-links',
    summary:
      'Make a link that shows one secret a few times. Its token is in this reply and never again; the link is `/shared#<token>`.',
    permission: 'share-link:create',
    status: 201,
    freshSignIn: true,
    body: z.strictObject({
      keyId: CredentialId,
      viewsMax: z.number().int().min(1).max(10).default(1),
      expiresInHours: z.number().int().min(1).max(168).default(24),
      /** Asked of whoever opens the link; tell it by another way than the link. */
      passphrase: Passphrase.pipe(z.string().min(4)).optional(),
    }),
    output: z.object({ shareLink: ShareLink, token: z.string() }),
    errors: ['share_links_off', 'credential_unreadable', 'too_many_objects', 'too_many_attempts'],
  },
  'DELETE /api/share-links/{id}': {
    noun: 'share-links',
    summary: 'Withdraw a link. What it sealed is deleted at once.',
    permission: 'share-link:create',
    status: 204,
    params: z.strictObject({ id: ShareLinkId }),
  },
  'POST /api/shared/read': {
    noun: 'share-links',
    summary: 'What a link leads to, for whoever has it. This is no view.',
    permission: 'public',
    status: 200,
    body: z.strictObject({ token }),
    output: z.object({
      label: z.string(),
      needsPassphrase: z.boolean(),
      expiresAt: Time,
      viewsLeft: z.number().int(),
    }),
    errors: ['link_used', 'too_many_attempts'],
  },
  'POST /api/shared/open': {
    noun: 'share-links',
    summary: 'The secret itself. The view is counted and written to the audit trail before it leaves.',
    permission: 'public',
    status: 200,
    body: z.strictObject({ token, passphrase: Passphrase.optional() }),
    output: z.object({ secret: z.string(), viewsLeft: z.number().int() }),
    errors: ['link_used', 'passphrase_wrong', 'credential_unreadable', 'too_many_attempts'],
  },
} as const satisfies Record<OperationName, Operation>;

import { z } from 'zod';
import { AddressList, line, page, pageFields, Time, TimeInput, text } from './fields.ts';
import { ServiceAccountId, ServiceTokenId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { serviceAccountStates, serviceTokenStates } from './vocabulary.ts';

const params = z.strictObject({ id: ServiceAccountId });
const name = line(80);

/** A program that acts in a workspace with tokens of its own. It reaches the keys that are granted to it. */
export const ServiceAccount = z
  .object({
    id: ServiceAccountId,
    name: z.string(),
    note: z.string(),
    /** Whether a grant may let it obtain secrets. */
    mayCopy: z.boolean(),
    state: z.enum(serviceAccountStates),
    /** Tokens that work. */
    activeTokens: z.number().int(),
    /** Of any of its tokens, to within a minute. */
    lastUsedAt: Time.nullable(),
    createdBy: z.string().nullable(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'ServiceAccount' });

export const ServiceToken = z
  .object({
    id: ServiceTokenId,
    name: z.string(),
    /** The beginning and the end of the token; the rest is not stored. */
    preview: z.string(),
    /** Suspended: who issued it is disabled or may no longer issue one. */
    state: z.enum(serviceTokenStates),
    ipAllowList: z.array(z.string()).nullable(),
    /** Null: never. */
    expiresAt: Time.nullable(),
    createdBy: z.string().nullable(),
    createdAt: Time,
    lastUsedAt: Time.nullable(),
    revokedAt: Time.nullable(),
  })
  .meta({ id: 'ServiceToken' });

export const serviceAccountOperations = {
  'GET /api/service-accounts': {
    noun: 'service accounts',
    summary: 'The service accounts of the workspace, newest first.',
    permission: 'member:read',
    status: 200,
    query: z.strictObject({ ...pageFields }),
    output: page(ServiceAccount),
  },
  'POST /api/service-accounts': {
    noun: 'service accounts',
    summary: 'Make a service account. Only owners let one copy secrets.',
    permission: 'service-account:edit',
    status: 201,
    body: z.strictObject({ name, note: text(2000).optional(), mayCopy: z.boolean().optional() }),
    output: ServiceAccount,
    errors: ['too_many_objects'],
  },
  'PUT /api/service-accounts/{id}': {
    noun: 'service accounts',
    summary: 'Change a service account or switch it off; in force with its next call.',
    permission: 'service-account:edit',
    status: 200,
    freshSignIn: true,
    params,
    body: z.strictObject({
      name: name.optional(),
      note: text(2000).optional(),
      mayCopy: z.boolean().optional(),
      state: z.enum(serviceAccountStates).optional(),
    }),
    output: ServiceAccount,
  },
  'DELETE /api/service-accounts/{id}': {
    noun: 'service accounts',
    summary: 'Delete a service account with its tokens and grants. Its virtual keys are revoked.',
    permission: 'service-account:edit',
    status: 204,
    params,
  },
  'GET /api/service-accounts/{id}/tokens': {
    noun: 'service accounts',
    summary: 'The tokens of one service account, newest first.',
    permission: 'service-account:edit',
    status: 200,
    params,
    output: z.object({ items: z.array(ServiceToken), nextCursor: z.null() }),
  },
  'POST /api/service-accounts/{id}/tokens': {
    noun: 'service accounts',
    summary: 'Issue a token: it is in this reply and never again. Unless told otherwise it works for 90 days.',
    permission: 'service-account:edit',
    status: 201,
    params,
    body: z.strictObject({
      name,
      /** Null: never. */
      expiresAt: TimeInput.nullable().optional(),
      ipAllowList: AddressList.nullable().optional(),
    }),
    output: z.object({ token: ServiceToken, secret: z.string() }),
    freshSignIn: true,
    errors: ['too_many_objects'],
  },
  'DELETE /api/service-accounts/{id}/tokens/{tokenId}': {
    noun: 'service accounts',
    summary: 'Revoke a token for good, at once.',
    permission: 'service-account:edit',
    status: 204,
    params: z.strictObject({ id: ServiceAccountId, tokenId: ServiceTokenId }),
  },
} as const satisfies Record<OperationName, Operation>;

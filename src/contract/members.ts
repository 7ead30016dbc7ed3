import { z } from 'zod';
import { page, pageFields, Time, text } from './fields.ts';
import { CredentialId, GroupId, UserId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { roles } from './permissions.ts';
import { memberStates } from './vocabulary.ts';

const params = z.strictObject({ userId: UserId });

export const Member = z
  .object({
    userId: UserId,
    name: z.string(),
    role: z.enum(roles),
    state: z.enum(memberStates),
    groups: z.array(z.object({ id: GroupId, name: z.string() })),
    joinedAt: Time,
    /** Shown to owners and administrators, and to people about themselves; else null. */
    email: z.string().nullable(),
    /** Last call of theirs, to within a minute. As with the e-mail; also null for who never signed in. */
    lastSeenAt: Time.nullable(),
    /** Whether they have set up a second factor. As with the e-mail. */
    hasTwoFactor: z.boolean().nullable(),
    /** The roles that the caller may give them; empty when the caller may not act on them. */
    assignableRoles: z.array(z.enum(roles)),
  })
  .meta({ id: 'Member' });

/** A key that somebody could copy: it may live on where nobody sees it. */
export const CopyableKey = z
  .object({
    id: CredentialId,
    name: z.string(),
    provider: z.string(),
    preview: z.string(),
    /** Whether they still may. */
    mayCopyNow: z.boolean(),
    /** How often they did, as far as the audit trail goes back. */
    copies: z.number().int(),
    lastCopiedAt: Time.nullable(),
    /** When its secret was last replaced; the copies of before are worth nothing. */
    replacedAt: Time,
    /** They could copy the secret that is in force now. */
    rotateRecommended: z.boolean(),
  })
  .meta({ id: 'CopyableKey' });

export const memberOperations = {
  'GET /api/members': {
    noun: 'members',
    summary: 'Who is in the workspace, in the order in which they joined.',
    permission: 'member:read',
    status: 200,
    query: z.strictObject({
      q: text(200).optional(),
      role: z.enum(roles).optional(),
      state: z.enum(memberStates).optional(),
      ...pageFields,
    }),
    output: page(Member),
  },
  'PUT /api/members/{userId}': {
    noun: 'members',
    summary: 'Give a member another role, disable them, let them in again, or confirm one who waits.',
    permission: 'member:edit',
    status: 200,
    freshSignIn: true,
    params,
    body: z.strictObject({ role: z.enum(roles).optional(), state: z.enum(['active', 'disabled']).optional() }),
    output: Member,
    errors: ['last_owner', 'personal_workspace'],
  },
  'DELETE /api/members/{userId}': {
    noun: 'members',
    summary: 'Remove a member with their groups and grants. Their virtual keys here stop at once.',
    permission: 'member:edit',
    status: 204,
    freshSignIn: true,
    params,
    errors: ['last_owner', 'personal_workspace'],
  },
  'GET /api/members/{userId}/copied-keys': {
    noun: 'members',
    summary: 'The keys that a member or somebody who has left could copy, and which of them to rotate.',
    permission: 'member:edit',
    status: 200,
    params,
    output: z.object({ items: z.array(CopyableKey), nextCursor: z.null() }),
  },
} as const satisfies Record<OperationName, Operation>;

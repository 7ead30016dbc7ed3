import { z } from 'zod';
import { Email, page, pageFields, Time } from './fields.ts';
import { GroupId, InvitationId, WorkspaceId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { roles } from './permissions.ts';
import { invitationStates } from './vocabulary.ts';

export const Invitation = z
  .object({
    id: InvitationId,
    role: z.enum(roles),
    /** Only an account with this e-mail may accept; null: whoever has the link. */
    email: z.string().nullable(),
    groups: z.array(z.object({ id: GroupId, name: z.string() })),
    state: z.enum(invitationStates),
    invitedBy: z.string().nullable(),
    createdAt: Time,
    expiresAt: Time,
    acceptedBy: z.string().nullable(),
    acceptedAt: Time.nullable(),
  })
  .meta({ id: 'Invitation' });

/** What the link ends with, after the number sign. */
const token = z.string().min(1).max(100);

export const invitationOperations = {
  'GET /api/invitations': {
    noun: 'invitations',
    summary: 'The invitations of the workspace, newest first.',
    permission: 'member:edit',
    status: 200,
    query: z.strictObject({ state: z.enum(invitationStates).optional(), ...pageFields }),
    output: page(Invitation),
  },
  'POST /api/invitations': {
    noun: 'invitations',
    summary:
      'Invite one person. The token of the link is in this reply and never again; the link is `/invite#<token>`.',
    permission: 'member:edit',
    status: 201,
    freshSignIn: true,
    body: z.strictObject({
      role: z.enum(roles),
      email: Email.optional(),
      groupIds: z.array(GroupId).max(50).optional(),
      expiresInDays: z.number().int().min(1).max(30).default(7),
    }),
    output: z.object({
      invitation: Invitation,
      token: z.string(),
      /** `not_asked`: no e-mail was given; `not_possible`: no mail server or no PUBLIC_URL is set up. */
      mail: z.enum(['sent', 'failed', 'not_possible', 'not_asked']),
    }),
    errors: ['personal_workspace', 'already_member', 'unknown_subject', 'too_many_objects', 'too_many_attempts'],
  },
  'DELETE /api/invitations/{id}': {
    noun: 'invitations',
    summary: 'Withdraw an invitation that nobody has accepted.',
    permission: 'member:edit',
    status: 204,
    params: z.strictObject({ id: InvitationId }),
  },
  'POST /api/invitations/read': {
    noun: 'invitations',
    summary: 'What a link invites to, for whoever has it.',
    permission: 'public',
    status: 200,
    body: z.strictObject({ token }),
    output: z.object({
      /** Null: to an account on this server. */
      workspaceName: z.string().nullable(),
      invitedBy: z.string().nullable(),
      role: z.enum(roles),
      /** The e-mail that the account must have, with most of it hidden; null: any. */
      emailHint: z.string().nullable(),
      /** An owner or administrator has to confirm before the person gets in. */
      needsConfirmation: z.boolean(),
      expiresAt: Time,
    }),
    errors: ['link_used', 'too_many_attempts'],
  },
  'POST /api/invitations/accept': {
    noun: 'invitations',
    summary: 'Join the workspace that a link invites to. Each link works once.',
    permission: 'account',
    status: 200,
    body: z.strictObject({ token }),
    output: z.object({
      workspaceId: WorkspaceId,
      /** `pending`: without any rights until confirmed. */
      state: z.enum(['active', 'pending']),
    }),
    errors: ['link_used', 'already_member', 'invitation_for_another', 'too_many_objects', 'too_many_attempts'],
  },
} as const satisfies Record<OperationName, Operation>;

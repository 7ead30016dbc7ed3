import { z } from 'zod';
import { line, Time } from './fields.ts';
import { UserId, WorkspaceId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { actorRoles, roles } from './permissions.ts';

const kind = z.enum(['personal', 'team']);
const name = line(80);
const params = z.strictObject({ id: WorkspaceId });

/** A workspace as the list of one's own shows it. */
export const WorkspaceSummary = z
  .object({ id: WorkspaceId, name: z.string(), kind, role: z.enum(roles), requiresTwoFactor: z.boolean() })
  .meta({ id: 'WorkspaceSummary' });

const policyFields = {
  /** What members have on every key without a grant. */
  memberFloor: z.enum(['none', 'see', 'use']),
  /** Off: administrators copy only keys that were granted to them for it. */
  adminsMayCopy: z.boolean(),
  allowsShareLinks: z.boolean(),
  /** Who signed in without a second factor does not get in. */
  requiresTwoFactor: z.boolean(),
  /** Who accepts an invitation has no rights until an owner or administrator confirms. */
  confirmsMembers: z.boolean(),
  /** How often every key is tested, in hours; 0: never. */
  checkEveryHours: z.number().int().min(0).max(720),
};

export const Workspace = z
  .object({
    id: WorkspaceId,
    name: z.string(),
    kind,
    /** What the caller is in it. */
    role: z.enum(actorRoles),
    policy: z.object(policyFields),
    counts: z.object({
      members: z.number().int(),
      groups: z.number().int(),
      serviceAccounts: z.number().int(),
      /** Waiting to be confirmed; null for those who cannot confirm them. */
      pendingMembers: z.number().int().nullable(),
      /** Open ones; null for those who cannot invite. */
      invitations: z.number().int().nullable(),
      /** Null for those who do not see every key. */
      keys: z.number().int().nullable(),
    }),
    createdAt: Time,
  })
  .meta({ id: 'Workspace' });

export const DeletedWorkspace = z
  .object({
    id: WorkspaceId,
    name: z.string(),
    deletedAt: Time,
    /** From then on it cannot be restored. */
    purgedAt: Time,
  })
  .meta({ id: 'DeletedWorkspace' });

const policyInput = z.strictObject({
  memberFloor: policyFields.memberFloor.optional(),
  adminsMayCopy: policyFields.adminsMayCopy.optional(),
  allowsShareLinks: policyFields.allowsShareLinks.optional(),
  requiresTwoFactor: policyFields.requiresTwoFactor.optional(),
  confirmsMembers: policyFields.confirmsMembers.optional(),
  checkEveryHours: policyFields.checkEveryHours.optional(),
});

export const workspaceOperations = {
  'POST /api/workspaces': {
    noun: 'workspaces',
    summary: 'Create a team workspace with an encryption key of its own. Who creates it owns it.',
    permission: 'account',
    status: 201,
    body: z.strictObject({ name }),
    output: WorkspaceSummary,
    errors: ['too_many_objects'],
  },
  'GET /api/workspaces/deleted': {
    noun: 'workspaces',
    summary: 'The deleted workspaces that the caller may still restore.',
    permission: 'account',
    status: 200,
    output: z.object({ items: z.array(DeletedWorkspace), nextCursor: z.null() }),
  },
  'POST /api/workspaces/{id}/restore': {
    noun: 'workspaces',
    summary: 'Bring a deleted workspace back, within seven days and by an owner of it. Its virtual keys work again.',
    permission: 'account',
    status: 200,
    params,
    output: WorkspaceSummary,
    errors: ['two_factor_needed'],
  },
  'POST /api/workspaces/{id}/leave': {
    noun: 'workspaces',
    summary: 'Leave a workspace, or no longer wait to be let in. The virtual keys that one has there stop at once.',
    permission: 'account',
    status: 204,
    params,
    errors: ['last_owner', 'personal_workspace'],
  },
  'GET /api/workspace': {
    noun: 'workspaces',
    summary: 'The workspace of this call: its name, its policy, and how much there is in it.',
    permission: 'workspace:read',
    status: 200,
    output: Workspace,
  },
  'PUT /api/workspace': {
    noun: 'workspaces',
    summary: 'Rename the workspace.',
    permission: 'workspace:rename',
    status: 200,
    body: z.strictObject({ name }),
    output: Workspace,
  },
  'PUT /api/workspace/policy': {
    noun: 'workspaces',
    summary: 'Change what holds for everybody in the workspace; in force before the reply arrives.',
    permission: 'workspace:edit',
    status: 200,
    body: policyInput,
    output: Workspace,
    freshSignIn: true,
    errors: ['second_factor_missing'],
  },
  'POST /api/workspace/transfer': {
    noun: 'workspaces',
    summary: 'Make another active member an owner in place of the caller, who becomes an administrator.',
    permission: 'workspace:own',
    status: 204,
    body: z.strictObject({ userId: UserId }),
    freshSignIn: true,
    errors: ['personal_workspace', 'unknown_subject'],
  },
  'DELETE /api/workspace': {
    noun: 'workspaces',
    summary:
      'Delete the team workspace: nobody gets in and its virtual keys stop at once. It is purged after seven days.',
    permission: 'workspace:own',
    status: 204,
    freshSignIn: true,
    errors: ['personal_workspace'],
  },
} as const satisfies Record<OperationName, Operation>;

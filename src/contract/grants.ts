import { z } from 'zod';
import { Time } from './fields.ts';
import { CredentialId, GroupId, ServiceAccountId, UserId, WorkspaceId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';
import { accessLevels, grantLevels } from './permissions.ts';
import { grantSubjects } from './vocabulary.ts';

const params = z.strictObject({ id: CredentialId });

/** To whom a level is granted. `everyone` are the members of the workspace, not its service accounts. */
const Subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), id: UserId }),
  z.strictObject({ kind: z.literal('group'), id: GroupId }),
  z.strictObject({ kind: z.literal('serviceAccount'), id: ServiceAccountId }),
  z.strictObject({ kind: z.literal('everyone') }),
]);

export const Grant = z
  .object({
    kind: z.enum(grantSubjects),
    /** Null for everyone. */
    id: z.string().nullable(),
    /** Name of the group or program, or name and e-mail of the person. */
    label: z.string(),
    level: z.enum(grantLevels),
    grantedBy: z.string().nullable(),
    createdAt: Time,
  })
  .meta({ id: 'Grant' });

export const grantOperations = {
  'GET /api/keys/{id}/grants': {
    noun: 'grants',
    summary: 'Who was given which level on one key, beside what their role gives them.',
    permission: 'credential:share',
    status: 200,
    params,
    output: z.object({
      items: z.array(Grant),
      nextCursor: z.null(),
      /** What members have on this key without a grant. */
      memberFloor: z.enum(accessLevels),
      /** The highest level the caller may give. */
      levelMax: z.enum(grantLevels),
    }),
  },
  'PUT /api/keys/{id}/grants': {
    noun: 'grants',
    summary: 'Give somebody a level on one key, change it, or take it away with `none`.',
    permission: 'credential:share',
    status: 200,
    freshSignIn: true,
    params,
    body: z.strictObject({ subject: Subject, level: z.enum(accessLevels) }),
    output: z.object({ items: z.array(Grant), nextCursor: z.null() }),
    errors: ['unknown_subject', 'personal_workspace'],
  },
  'POST /api/keys/{id}/move': {
    noun: 'grants',
    summary: 'Move one key with its history to another workspace. It is sealed anew under the key of that workspace.',
    permission: 'credential:share',
    status: 204,
    params,
    body: z.strictObject({ workspaceId: WorkspaceId }),
    freshSignIn: true,
    errors: ['custom_provider_in_use', 'conflict', 'credential_unreadable'],
  },
} as const satisfies Record<OperationName, Operation>;

import { z } from 'zod';
import { line, Time } from './fields.ts';
import { GroupId, UserId } from './ids.ts';
import type { Operation, OperationName } from './operation.ts';

const params = z.strictObject({ id: GroupId });
const name = line(80);
const memberIds = z.array(UserId).max(1000);

/** Members who are given levels on keys together. */
export const Group = z
  .object({ id: GroupId, name: z.string(), memberIds: z.array(UserId), createdAt: Time, updatedAt: Time })
  .meta({ id: 'Group' });

export const groupOperations = {
  'GET /api/groups': {
    noun: 'groups',
    summary: 'The groups of the workspace by name, with their members.',
    permission: 'member:read',
    status: 200,
    output: z.object({ items: z.array(Group), nextCursor: z.null() }),
  },
  'POST /api/groups': {
    noun: 'groups',
    summary: 'Make a group.',
    permission: 'group:edit',
    status: 201,
    freshSignIn: true,
    body: z.strictObject({ name, memberIds: memberIds.optional() }),
    output: Group,
    errors: ['name_taken', 'unknown_subject', 'too_many_objects', 'personal_workspace'],
  },
  'PUT /api/groups/{id}': {
    noun: 'groups',
    summary: 'Rename a group, or say anew who is in it.',
    permission: 'group:edit',
    status: 200,
    freshSignIn: true,
    params,
    body: z.strictObject({ name: name.optional(), memberIds: memberIds.optional() }),
    output: Group,
    errors: ['name_taken', 'unknown_subject'],
  },
  'DELETE /api/groups/{id}': {
    noun: 'groups',
    summary: 'Delete a group with what was granted to it. Its members stay in the workspace.',
    permission: 'group:edit',
    status: 204,
    params,
  },
} as const satisfies Record<OperationName, Operation>;

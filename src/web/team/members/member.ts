import type { OperationReply, OperationRequest } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';

export type Member = OperationReply<Operations['GET /api/members']>['items'][number];
export type UserId = Member['userId'];
export type MemberChange = NonNullable<OperationRequest<Operations['PUT /api/members/{userId}']>['body']>;
export type CopyableKey = OperationReply<Operations['GET /api/members/{userId}/copied-keys']>['items'][number];

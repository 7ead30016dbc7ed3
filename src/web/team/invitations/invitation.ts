import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';

export type Invitation = OperationReply<Operations['GET /api/invitations']>['items'][number];
export type InvitationState = Invitation['state'];

/** What came of inviting somebody, without the token. */
export type IssuedInvitation = Omit<OperationReply<Operations['POST /api/invitations']>, 'token'>;

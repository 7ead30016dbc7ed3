import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { invitationStates } from '../../../contract/vocabulary.ts';
import { pick } from '../../search-params.ts';

export type Invitation = OperationReply<Operations['GET /api/invitations']>['items'][number];
export type InvitationState = Invitation['state'];

/** What came of inviting somebody, without the token. */
export type IssuedInvitation = Omit<OperationReply<Operations['POST /api/invitations']>, 'token'>;

export interface InvitationsSearch {
  state?: InvitationState | undefined;
}

/** Reads an address that people may have edited; what is not understood is left out. */
export function readInvitationsSearch(raw: Record<string, unknown>): InvitationsSearch {
  const { state } = pick(raw, 'state');
  return isInvitationState(state) ? { state } : {};
}

export function isInvitationState(value: string | undefined): value is InvitationState {
  return invitationStates.some((state) => state === value);
}

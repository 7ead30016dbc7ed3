import { invitationStates } from '../../../contract/vocabulary.ts';
import { pick } from '../../search-params.ts';
import type { InvitationState } from './invitation.ts';

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

import { type Role, roles } from '../../../contract/permissions.ts';
import { type MemberState, memberStates } from '../../../contract/vocabulary.ts';
import { pick } from '../../search-params.ts';

/** What the address of the members page says: the filters. */
export interface MembersSearch {
  q?: string | undefined;
  role?: Role | undefined;
  state?: MemberState | undefined;
  /** The form for an invitation is open. */
  invite?: 1 | undefined;
}

/** Reads an address that people may have edited; what is not understood is left out. */
export function readMembersSearch(raw: Record<string, unknown>): MembersSearch {
  const { q, role, state } = pick(raw, 'q', 'role', 'state');
  return {
    ...(q === undefined ? {} : { q }),
    ...(isRole(role) ? { role } : {}),
    ...(isMemberState(state) ? { state } : {}),
    ...(raw.invite === 1 || raw.invite === '1' ? { invite: 1 } : {}),
  };
}

export function isRole(value: string | undefined): value is Role {
  return roles.some((role) => role === value);
}

export function isMemberState(value: string | undefined): value is MemberState {
  return memberStates.some((state) => state === value);
}

import type { CredentialId, GroupId, ServiceAccountId, UserId } from '../../contract/ids.ts';
import {
  type AccessLevel,
  defaultAccessPolicy,
  effectiveLevel,
  isAtLeast,
  isRoleAtLeast,
} from '../../contract/permissions.ts';
import type { AccessRows, VirtualKeyRow } from './gateway.store.ts';

/** Which credentials somebody may use: all of the workspace, or those that are granted. Null: they may call nothing. */
export type Reach = 'all' | ReadonlySet<CredentialId> | null;

interface Reaching {
  /** How far a virtual key reaches. */
  of(row: Pick<VirtualKeyRow, 'owner_id' | 'service_account_id' | 'secret_seen_by'>): Reach;
  /** Whether who was given a secret of a virtual key may still have it. */
  mayKnow(seenBy: UserId | null, ownerId: UserId | null): boolean;
}

/**
 * How far the owners of virtual keys reach now, by the same rule as everywhere (`effectiveLevel`): a virtual key never
 * reaches further. One who has left, is shut out or only looks on has none; nor has anybody in a deleted workspace, nor a
 * virtual key whose secret somebody was given as an overseer who is none any more: they could go on in another's name.
 */
export function createReach(rows: AccessRows): Reaching {
  const { policy, members, serviceAccounts, groupMembers, grants } = rows;
  const roles = new Map(members.map((member) => [member.user_id, member.role]));
  const programs = new Set(serviceAccounts.map(({ id }) => id));
  const groupsOf = Map.groupBy(groupMembers, ({ user_id }) => user_id);
  const grantsTo = Map.groupBy(grants, ({ subject_kind, subject_id }) => `${subject_kind} ${subject_id}`);
  const known = new Map<string, Reach>();

  const granted = (subjects: readonly string[], level: (grant: AccessLevel) => AccessLevel): Reach => {
    const usable = subjects
      .flatMap((subject) => grantsTo.get(subject) ?? [])
      .filter((grant) => isAtLeast(level(grant.level), 'use'));
    return new Set(usable.map(({ credential_id }) => credential_id));
  };
  const reachOfPerson = (id: UserId): Reach => {
    const role = roles.get(id);
    if (role === undefined || policy === undefined) return null;
    const accessPolicy = { ...defaultAccessPolicy, memberFloor: policy.member_floor };
    if (isAtLeast(effectiveLevel(role, [], accessPolicy), 'use')) return 'all';
    if (!isAtLeast(effectiveLevel(role, ['manage'], accessPolicy), 'use')) return null;
    const groups = (groupsOf.get(id) ?? []).map(({ group_id }: { group_id: GroupId }) => `group ${group_id}`);
    return granted([`user ${id}`, 'everyone ', ...groups], (grant) => effectiveLevel(role, [grant], accessPolicy));
  };
  const reachOfProgram = (id: ServiceAccountId): Reach => {
    if (!programs.has(id) || policy === undefined) return null;
    return granted([`serviceAccount ${id}`], (grant) => effectiveLevel('service', [grant]));
  };
  const mayKnow: Reaching['mayKnow'] = (seenBy, ownerId) => {
    if (seenBy === null || seenBy === ownerId) return true;
    const role = roles.get(seenBy);
    return role !== undefined && isRoleAtLeast(role, 'admin');
  };
  const of: Reaching['of'] = ({ owner_id, service_account_id, secret_seen_by }) => {
    const id = owner_id ?? service_account_id;
    if (id === null || !mayKnow(secret_seen_by, owner_id)) return null;
    const found = known.get(id);
    if (found !== undefined) return found;
    const reach =
      owner_id !== null
        ? reachOfPerson(owner_id)
        : service_account_id === null
          ? null
          : reachOfProgram(service_account_id);
    known.set(id, reach);
    return reach;
  };
  return { of, mayKnow };
}

import { isAllowed, isRoleAtLeast, type Role, roles } from '../../contract/permissions.ts';
import type { MemberState } from '../../contract/vocabulary.ts';

/** How somebody stands in a workspace. */
export interface Standing {
  readonly role: Role;
  readonly state: MemberState;
}

/** Whether somebody with this role may act on members of another role at all: nobody acts on one above their own. */
export function mayActOn(actor: Role, target: Role): boolean {
  return isAllowed('member:edit', actor, null) && isRoleAtLeast(actor, target);
}

/** The roles that somebody may give a member: none above their own, and none to a member above them. */
export function assignableRoles(actor: Role, target: Role): Role[] {
  return mayActOn(actor, target) ? roles.filter((role) => isRoleAtLeast(actor, role)) : [];
}

/** Whether an active member may make one way of standing into another. */
export function mayChange(actor: Role, from: Standing, to: Standing): boolean {
  return assignableRoles(actor, from.role).includes(to.role);
}

/** Whether a workspace has somebody in this member who can do everything in it. */
export function isReigning({ role, state }: Standing): boolean {
  return role === 'owner' && state === 'active';
}

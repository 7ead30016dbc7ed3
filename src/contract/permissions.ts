/** Roles of a member in a workspace, strongest first. */
export const roles = ['owner', 'admin', 'member', 'viewer'] as const;
export type Role = (typeof roles)[number];

/** What a call may act as: a member by role, or a service account by its token. */
export const actorRoles = [...roles, 'service'] as const;
export type ActorRole = (typeof actorRoles)[number];

/** What somebody may do with one credential, weakest first. Each level includes the ones before it. */
export const accessLevels = ['none', 'see', 'use', 'copy', 'manage'] as const;
export type AccessLevel = (typeof accessLevels)[number];

/** Levels a grant can give: not to have one is `none`. */
export const grantLevels = ['see', 'use', 'copy', 'manage'] as const;
export type GrantLevel = (typeof grantLevels)[number];

/** What the owners of a workspace decide about levels. */
export interface AccessPolicy {
  /** What a member has on every key without a grant. */
  readonly memberFloor: 'none' | 'see' | 'use';
  /** Off: administrators manage every key but copy only those granted to them for it. */
  readonly adminsMayCopy: boolean;
  /** Of the service account that asks: whether it may obtain secrets where a grant says so. */
  readonly serviceMayCopy: boolean;
}

export const defaultAccessPolicy: AccessPolicy = { memberFloor: 'none', adminsMayCopy: true, serviceMayCopy: false };

/** The level every credential of the workspace has for a role without a grant, and the most a grant can give it. */
export const levelsByRole = {
  owner: { floor: 'manage', ceiling: 'manage' },
  admin: { floor: 'manage', ceiling: 'manage' },
  member: { floor: 'none', ceiling: 'manage' },
  viewer: { floor: 'see', ceiling: 'see' },
  service: { floor: 'none', ceiling: 'use' },
} as const satisfies Record<ActorRole, { floor: AccessLevel; ceiling: AccessLevel }>;

const everybody = ['owner', 'admin', 'member', 'viewer'] as const;
const workers = ['owner', 'admin', 'member'] as const;
const overseers = ['owner', 'admin'] as const;

/** Who may do what: the roles that may ask at all and, for one credential, the level they need on it. */
export const permissions = {
  'workspace:read': { roles: [...everybody, 'service'], level: null },
  'workspace:rename': { roles: overseers, level: null },
  'workspace:edit': { roles: ['owner'], level: null },
  'workspace:own': { roles: ['owner'], level: null },
  'member:read': { roles: everybody, level: null },
  'member:edit': { roles: overseers, level: null },
  'group:edit': { roles: overseers, level: null },
  'service-account:edit': { roles: overseers, level: null },
  'audit:read': { roles: workers, level: null },
  'audit:export': { roles: overseers, level: null },
  'audit:edit': { roles: ['owner'], level: null },
  'credential:see': { roles: [...everybody, 'service'], level: 'see' },
  'credential:create': { roles: workers, level: null },
  'credential:test': { roles: workers, level: 'use' },
  'credential:copy': { roles: [...workers, 'service'], level: 'copy' },
  'credential:edit': { roles: workers, level: 'manage' },
  'credential:share': { roles: workers, level: 'manage' },
  'credential:delete': { roles: workers, level: 'manage' },
  'credential:purge': { roles: ['owner'], level: 'manage' },
  'share-link:create': { roles: workers, level: 'copy' },
  'virtual-key:see': { roles: workers, level: null },
  'virtual-key:create': { roles: workers, level: null },
  'virtual-key:edit': { roles: workers, level: null },
  'usage:read': { roles: everybody, level: null },
  'model-alias:edit': { roles: overseers, level: null },
  'price:edit': { roles: overseers, level: null },
  'alert:edit': { roles: overseers, level: null },
  'custom-provider:edit': { roles: workers, level: null },
} as const satisfies Record<string, { roles: readonly ActorRole[]; level: AccessLevel | null }>;

export type Permission = keyof typeof permissions;

/** Permissions that a service account may have too. */
export type ServicePermission = {
  [P in Permission]: 'service' extends (typeof permissions)[P]['roles'][number] ? P : never;
}[Permission];

/**
 * Who may call an operation: anybody, every signed-in person about themselves, administrators of the instance, or the
 * roles of one permission in a workspace.
 */
export type OperationPermission = 'public' | 'account' | 'instance' | Permission;

export function isAtLeast(level: AccessLevel, needed: AccessLevel): boolean {
  return accessLevels.indexOf(level) >= accessLevels.indexOf(needed);
}

/** Whether a role is not below another one. Nobody acts on a role above their own. */
export function isRoleAtLeast(role: Role, other: Role): boolean {
  return roles.indexOf(role) <= roles.indexOf(other);
}

const higher = (a: AccessLevel, b: AccessLevel): AccessLevel => (isAtLeast(a, b) ? a : b);
const lower = (a: AccessLevel, b: AccessLevel): AccessLevel => (isAtLeast(a, b) ? b : a);

/** The level a role has on a credential: the best grant or the floor, never above the ceiling. */
export function effectiveLevel(
  role: ActorRole,
  grants: readonly AccessLevel[],
  policy: AccessPolicy = defaultAccessPolicy,
): AccessLevel {
  const { floor, ceiling } = levelsByRole[role];
  const ownFloor = role === 'member' ? higher(floor, policy.memberFloor) : floor;
  const ownCeiling = role === 'service' && policy.serviceMayCopy ? 'copy' : ceiling;
  return lower(grants.reduce(higher, ownFloor), ownCeiling);
}

/** Whether the level lets a role obtain the secret: administrators may be held to what was granted to them. */
export function mayCopy(
  role: ActorRole,
  grants: readonly AccessLevel[],
  policy: AccessPolicy = defaultAccessPolicy,
): boolean {
  if (role === 'admin' && !policy.adminsMayCopy) return grants.some((grant) => isAtLeast(grant, 'copy'));
  return isAtLeast(effectiveLevel(role, grants, policy), 'copy');
}

/** Whether the role may use the permission at all; `level` is the caller's level on the credential asked for. */
export function isAllowed(permission: Permission, role: ActorRole, level: AccessLevel | null): boolean {
  const rule: { roles: readonly ActorRole[]; level: AccessLevel | null } = permissions[permission];
  if (!rule.roles.includes(role)) return false;
  return rule.level === null || level === null || isAtLeast(level, rule.level);
}

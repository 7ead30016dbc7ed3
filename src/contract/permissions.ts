/** Roles of a member in a workspace, strongest first. */
export const roles = ['owner', 'admin', 'member', 'viewer'] as const;
export type Role = (typeof roles)[number];

/** What a person may do with one credential, weakest first. Each level includes the ones before it. */
export const accessLevels = ['none', 'see', 'use', 'copy', 'manage'] as const;
export type AccessLevel = (typeof accessLevels)[number];

/** The level every credential of the workspace has for a role without a grant, and the most a grant can give it. */
export const levelsByRole = {
  owner: { floor: 'manage', ceiling: 'manage' },
  admin: { floor: 'manage', ceiling: 'manage' },
  member: { floor: 'none', ceiling: 'manage' },
  viewer: { floor: 'see', ceiling: 'see' },
} as const satisfies Record<Role, { floor: AccessLevel; ceiling: AccessLevel }>;

/** Who may do what: the roles that may ask at all and, for one credential, the level they need on it. */
export const permissions = {
  'workspace:read': { roles: ['owner', 'admin', 'member', 'viewer'], level: null },
  'credential:see': { roles: ['owner', 'admin', 'member', 'viewer'], level: 'see' },
  'credential:create': { roles: ['owner', 'admin', 'member'], level: null },
  'credential:test': { roles: ['owner', 'admin', 'member'], level: 'use' },
  'credential:copy': { roles: ['owner', 'admin', 'member'], level: 'copy' },
  'credential:edit': { roles: ['owner', 'admin', 'member'], level: 'manage' },
  'credential:delete': { roles: ['owner', 'admin', 'member'], level: 'manage' },
  'credential:purge': { roles: ['owner'], level: 'manage' },
  'virtual-key:see': { roles: ['owner', 'admin', 'member'], level: null },
  'virtual-key:create': { roles: ['owner', 'admin', 'member'], level: null },
  'virtual-key:edit': { roles: ['owner', 'admin', 'member'], level: null },
  'usage:read': { roles: ['owner', 'admin', 'member', 'viewer'], level: null },
  'model-alias:edit': { roles: ['owner', 'admin'], level: null },
  'price:edit': { roles: ['owner', 'admin'], level: null },
  'alert:edit': { roles: ['owner', 'admin'], level: null },
  'custom-provider:edit': { roles: ['owner', 'admin', 'member'], level: null },
} as const satisfies Record<string, { roles: readonly Role[]; level: AccessLevel | null }>;

export type Permission = keyof typeof permissions;

/** Who may call an operation: anybody, every signed-in person about themselves, or the roles of one permission. */
export type OperationPermission = 'public' | 'account' | Permission;

export function isAtLeast(level: AccessLevel, needed: AccessLevel): boolean {
  return accessLevels.indexOf(level) >= accessLevels.indexOf(needed);
}

/** The level a role has on a credential: the best grant or the floor, never above the ceiling. */
export function effectiveLevel(role: Role, grants: readonly AccessLevel[]): AccessLevel {
  const { floor, ceiling } = levelsByRole[role];
  const best = [floor, ...grants].reduce((a, b) => (isAtLeast(a, b) ? a : b));
  return isAtLeast(best, ceiling) ? ceiling : best;
}

/** Whether the role may use the permission at all; `level` is the caller's level on the credential asked for. */
export function isAllowed(permission: Permission, role: Role, level: AccessLevel | null): boolean {
  const rule: { roles: readonly Role[]; level: AccessLevel | null } = permissions[permission];
  if (!rule.roles.includes(role)) return false;
  return rule.level === null || level === null || isAtLeast(level, rule.level);
}

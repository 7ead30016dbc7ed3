import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import {
  type AccessLevel,
  accessLevels,
  effectiveLevel,
  isAllowed,
  isAtLeast,
  levelsByRole,
  type Permission,
  permissions,
  type Role,
  roles,
} from './permissions.ts';

const role = fc.constantFrom(...roles);
const level = fc.constantFrom(...accessLevels);
const grants = fc.array(level, { maxLength: 6 });
const permissionNames = Object.keys(permissions).filter((name): name is Permission => name in permissions);
const permission = fc.constantFrom(...permissionNames);

describe('levels of access', () => {
  it('are a ladder: each holds those before it, and no two hold each other', () => {
    fc.assert(
      fc.property(level, level, level, (a, b, c) => {
        expect(isAtLeast(a, b) || isAtLeast(b, a)).toBe(true);
        expect(isAtLeast(a, b) && isAtLeast(b, a)).toBe(a === b);
        expect(isAtLeast(a, c) || !isAtLeast(a, b) || !isAtLeast(b, c)).toBe(true);
      }),
    );
    expect(accessLevels).toEqual(['none', 'see', 'use', 'copy', 'manage']);
  });
});

describe('the level somebody has', () => {
  it('is never above the ceiling nor below the floor of their role, whatever is granted', () => {
    fc.assert(
      fc.property(role, grants, (who, given) => {
        const has = effectiveLevel(who, given);
        expect(isAtLeast(levelsByRole[who].ceiling, has)).toBe(true);
        expect(isAtLeast(has, levelsByRole[who].floor)).toBe(true);
      }),
    );
  });

  it('never falls by one more grant, and never depends on their order or number', () => {
    fc.assert(
      fc.property(role, grants, level, (who, given, more) => {
        const has = effectiveLevel(who, given);
        expect(isAtLeast(effectiveLevel(who, [...given, more]), has)).toBe(true);
        expect(effectiveLevel(who, [...given].reverse())).toBe(has);
        expect(effectiveLevel(who, [...given, ...given])).toBe(has);
      }),
    );
  });

  it('is the best grant where the role leaves room', () => {
    for (const given of accessLevels) expect(effectiveLevel('member', ['none', given])).toBe(given);
  });

  it('is of a viewer always `see`, of owners and admins always `manage`, of a member `none` without a grant', () => {
    fc.assert(
      fc.property(grants, (given) => {
        expect(effectiveLevel('viewer', given)).toBe('see');
        expect(effectiveLevel('owner', given)).toBe('manage');
        expect(effectiveLevel('admin', given)).toBe('manage');
      }),
    );
    expect(effectiveLevel('member', [])).toBe('none');
  });
});

describe('what is allowed', () => {
  it('never shrinks with a higher level', () => {
    fc.assert(
      fc.property(permission, role, level, level, (what, who, a, b) => {
        const [higher, lower] = isAtLeast(a, b) ? [a, b] : [b, a];
        expect(isAllowed(what, who, higher) || !isAllowed(what, who, lower)).toBe(true);
      }),
    );
  });

  it.each<[Permission, Role, AccessLevel, boolean]>([
    ['credential:copy', 'owner', 'manage', true],
    ['credential:copy', 'member', 'copy', true],
    ['credential:copy', 'member', 'use', false],
    ['credential:copy', 'viewer', 'manage', false],
    ['credential:test', 'member', 'use', true],
    ['credential:test', 'member', 'see', false],
    ['credential:edit', 'member', 'copy', false],
    ['credential:see', 'viewer', 'see', true],
    ['credential:see', 'member', 'none', false],
    ['credential:purge', 'admin', 'manage', false],
    ['credential:purge', 'owner', 'manage', true],
    ['custom-provider:edit', 'viewer', 'manage', false],
  ])('%s to a %s at the level %s: %s', (what, who, has, isExpected) => {
    expect(isAllowed(what, who, has)).toBe(isExpected);
  });

  it('gives no role below another one more than that one, but for the level on single keys', () => {
    for (const rule of Object.values(permissions)) {
      const ofMembers = roles.filter((role) => rule.roles.some((allowed) => allowed === role));
      expect(ofMembers).toEqual(roles.slice(0, ofMembers.length));
      expect(ofMembers).toContain('owner');
    }
  });
});

describe('the table of permissions', () => {
  const used = new Set(Object.values<Operation>(operations).map((operation) => operation.permission));

  it('holds no permission that no operation asks for', () => {
    expect(permissionNames.filter((name) => !used.has(name))).toEqual([]);
    expect(permissionNames.length).toBeGreaterThan(5);
  });

  it('knows what every operation asks for', () => {
    const known = new Set<string>(['public', 'account', 'instance', ...permissionNames]);
    expect([...used].filter((name) => !known.has(name))).toEqual([]);
  });

  it('is asked by every operation but those before sign-in', () => {
    const open = Object.entries<Operation>(operations).filter(([, { permission: asked }]) => asked === 'public');
    expect(open.map(([name]) => name).sort()).toEqual([
      'GET /api/health',
      'GET /api/instance',
      'GET /api/terms',
      'POST /api/email/verify',
      'POST /api/invitations/read',
      'POST /api/login',
      'POST /api/login/passkey',
      'POST /api/login/passkey/options',
      'POST /api/password-reset',
      'POST /api/password-reset/finish',
      'POST /api/register',
      'POST /api/shared/open',
      'POST /api/shared/read',
      'POST /api/sso/finish',
      'POST /api/sso/second-factor',
      'POST /api/sso/start',
    ]);
  });
});

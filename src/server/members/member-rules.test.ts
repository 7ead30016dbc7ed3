import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRoleAtLeast, type Role, roles } from '../../contract/permissions.ts';
import { memberStates } from '../../contract/vocabulary.ts';
import { assignableRoles, mayActOn, mayChange } from './member-rules.ts';

const role = fc.constantFrom(...roles);
const standing = fc.record({ role, state: fc.constantFrom(...memberStates) });

describe('who may change whom to what', () => {
  it('nobody acts on a role above their own, nor gives one above it, whatever the states', () => {
    fc.assert(
      fc.property(role, standing, standing, (actor, from, to) => {
        if (!mayChange(actor, from, to)) return;
        expect(isRoleAtLeast(actor, from.role)).toBe(true);
        expect(isRoleAtLeast(actor, to.role)).toBe(true);
        expect(['owner', 'admin']).toContain(actor);
      }),
    );
  });

  it('a chain of changes that each are allowed never lifts anybody above the highest who took part', () => {
    const steps = fc.array(fc.tuple(fc.nat(3), fc.nat(3), role), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(role, { minLength: 4, maxLength: 4 }), steps, (begin, chain) => {
        const now = [...begin];
        for (const [by, on, to] of chain) {
          const [actor = 'viewer', target = 'viewer'] = [now[by], now[on]];
          if (mayChange(actor, { role: target, state: 'active' }, { role: to, state: 'active' })) now[on] = to;
        }
        const highest = roles.find((known) => begin.includes(known)) ?? 'viewer';
        expect(now.every((has) => isRoleAtLeast(highest, has))).toBe(true);
      }),
    );
  });

  it.each<[Role, Role, Role[]]>([
    ['owner', 'owner', ['owner', 'admin', 'member', 'viewer']],
    ['owner', 'viewer', ['owner', 'admin', 'member', 'viewer']],
    ['admin', 'owner', []],
    ['admin', 'admin', ['admin', 'member', 'viewer']],
    ['admin', 'member', ['admin', 'member', 'viewer']],
    ['member', 'viewer', []],
    ['member', 'member', []],
    ['viewer', 'viewer', []],
  ])('an %s may make an %s: %s', (actor, target, expected) => {
    expect(assignableRoles(actor, target)).toEqual(expected);
    expect(mayActOn(actor, target)).toBe(expected.length > 0);
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRoleAtLeast, type Role, roles } from '../../contract/permissions.ts';
import type { MemberState } from '../../contract/vocabulary.ts';
import { newTeam } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand } from '../ids.ts';

interface Standing {
  role: Role;
  state: MemberState;
}

const PEOPLE = 4;
const who = fc.nat(PEOPLE - 1);
const step = fc.record({
  by: who,
  on: who,
  action: fc.oneof(
    fc.record({ role: fc.constantFrom(...roles) }),
    fc.record({ state: fc.constantFrom('active', 'disabled') }),
    fc.record({ role: fc.constantFrom(...roles), state: fc.constantFrom('active', 'disabled') }),
    fc.constant('remove' as const),
    fc.constant('transfer' as const),
    fc.constant('leave' as const),
  ),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** What the matrix says of one step: the refusal, or how everybody stands after it. Written apart from the server. */
function expected(before: readonly (Standing | null)[], { by, on, action }: Step): string | (Standing | null)[] {
  const after = [...before];
  const [actor, target] = [before[by] ?? null, before[on] ?? null];
  if (action === 'leave') {
    if (actor === null || actor.state === 'disabled') return 'not_found';
    after[by] = null;
  } else {
    if (actor === null || actor.state !== 'active') return 'not_found';
    if (action === 'transfer') {
      if (actor.role !== 'owner') return 'forbidden';
      if (target === null || target.state !== 'active' || by === on) return 'unknown_subject';
      after[on] = { ...target, role: 'owner' };
      after[by] = { ...actor, role: 'admin' };
    } else {
      if (actor.role !== 'owner' && actor.role !== 'admin') return 'forbidden';
      if (target === null) return 'not_found';
      const to = action === 'remove' ? target : { ...target, ...action };
      const isAbove = !isRoleAtLeast(actor.role, target.role) || !isRoleAtLeast(actor.role, to.role);
      if (isAbove) return 'forbidden';
      after[on] = action === 'remove' ? null : to;
    }
  }
  const reigns = (one: Standing | null) => one?.role === 'owner' && one.state === 'active';
  return after.some(reigns) ? after : 'last_owner';
}

describe.each(testEngines())('the rules of roles, through the front door on $engine', (engine) => {
  let target: TestServer;
  let people: Person[];
  beforeAll(async () => {
    target = await startTestServer(engine);
    people = await Promise.all(Array.from({ length: PEOPLE }, () => target.newPerson()));
  });
  afterAll(() => target.dispose());

  function send(workspaceId: string, { by, on, action }: Step) {
    const caller = { token: people[by]?.token ?? '', headers: { 'x-workspace-id': workspaceId } };
    const userId = people[on]?.userId ?? '';
    if (action === 'leave') return target.call(`POST /api/workspaces/${workspaceId}/leave`, caller);
    if (action === 'transfer') return target.call('POST /api/workspace/transfer', { ...caller, body: { userId } });
    if (action === 'remove') return target.call(`DELETE /api/members/${userId}`, caller);
    return target.call(`PUT /api/members/${userId}`, { ...caller, body: action });
  }

  it('whatever people try in whatever order, each step ends as the matrix says and an owner is always left', async () => {
    const begin = fc.constantFrom<Role[][]>(
      ['admin', 'member', 'viewer'],
      ['owner', 'admin', 'member'],
      ['admin', 'admin', 'viewer'],
    );
    await fc.assert(
      fc.asyncProperty(begin, fc.array(step, { minLength: 10, maxLength: 25 }), async (joined, steps) => {
        const team = await newTeam(target, people[0]);
        for (const [index, role] of joined.entries()) await team.join(role, people[index + 1]);
        let now: (Standing | null)[] = (['owner', ...joined] as const).map((role) => ({ role, state: 'active' }));
        for (const one of steps) {
          const reply = await send(team.workspaceId, one);
          const outcome = expected(now, one);
          expect(reply.json?.error?.code ?? 'ok').toBe(typeof outcome === 'string' ? outcome : 'ok');
          if (typeof outcome !== 'string') now = outcome;
        }
        const rows = await target.server.services.database.kysely
          .selectFrom('members')
          .select(['user_id', 'role', 'state'])
          .where('workspace_id', '=', brand<'Workspace'>(team.workspaceId))
          .execute();
        const found = people.map(({ userId }) => rows.find((row) => `${row.user_id}` === userId));
        expect(found.map((row) => (row === undefined ? null : { role: row.role, state: row.state }))).toEqual(now);
        await target.server.services.database.kysely
          .deleteFrom('workspaces')
          .where('id', '=', brand<'Workspace'>(team.workspaceId))
          .execute();
      }),
      { numRuns: 15 },
    );
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AccessLevel, accessLevels, type Role } from '../contract/permissions.ts';
import { type GatewayFixture, startGatewayFixture } from '../testing/gateway-fixture.ts';
import { newTeam, type Team } from '../testing/team.ts';
import { testEngines } from '../testing/test-database.ts';
import type { Person } from '../testing/test-server.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };

/** The sixth of the ten invariants; the others are in invariants.test.ts. */
describe.each(testEngines())('the reach of virtual keys in teams, on $engine', (engine) => {
  let test: GatewayFixture;
  let team: Team;
  let member: Person;
  let keyId: string;

  beforeAll(async () => {
    test = await startGatewayFixture(engine);
  });
  beforeEach(async () => {
    team = await newTeam(test.target);
    member = await team.join('member');
    keyId = await addKey();
  });
  afterAll(() => test.dispose());

  const call = (by: Person, request: string, body: object) =>
    test.target.call(request, { token: by.token, headers: { 'x-workspace-id': team.workspaceId }, body });
  const ask = (secret: string) => test.ask(path, { secret, body: chat });
  const issue = async (by: Person, keyIds: unknown = 'all'): Promise<string> =>
    (await call(by, 'POST /api/virtual-keys', { name: 'Mine', keyIds })).json.secret;
  const give = (person: Person, level: AccessLevel, id: string) =>
    team.grant(id, { kind: 'user', id: person.userId }, level);
  const change = (person: Person, body: object) => call(team.owner, `PUT /api/members/${person.userId}`, body);
  /** Which key a secret belongs to that arrived at the provider. */
  const keyOf = new Map<string, string>();
  async function addKey(): Promise<string> {
    const secret = test.fake.secret('valid');
    const body = { provider: 'openai', name: 'Ours', secret, baseUrl: test.fake.urlOf('openai') };
    const { id } = await team.api('POST /api/keys', { body });
    keyOf.set(secret, id);
    return id;
  }

  it('6. a virtual key never reaches further than who made it does now, whatever changes in whatever order', async () => {
    const otherKey = await addKey();
    for (const key of [keyId, otherKey]) await give(member, 'use', key);
    const virtualKeys = [await issue(member), await issue(member, [keyId, otherKey]), await issue(member, [keyId])];
    const group = (await team.api('POST /api/groups', { body: { name: 'Users' } })).id;
    type Holder = 'user' | 'group' | 'everyone';
    const step = fc.oneof(
      fc.record({
        holder: fc.constantFrom<Holder>('user', 'group', 'everyone'),
        key: fc.constantFrom(keyId, otherKey),
        level: fc.constantFrom(...accessLevels),
      }),
      fc.record({ role: fc.constantFrom<Role>('member', 'viewer', 'admin') }),
      fc.record({ floor: fc.constantFrom('none', 'see', 'use') }),
      fc.record({ inGroup: fc.boolean() }),
      fc.record({ isActive: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 10 }), async (changes) => {
        const now = { role: 'member', floor: 'none', inGroup: false, isActive: true };
        const grants = new Map<string, AccessLevel>();
        const apply = async (one: typeof step extends fc.Arbitrary<infer Value> ? Value : never) => {
          if ('holder' in one) {
            const id = one.holder === 'user' ? member.userId : group;
            const subject = one.holder === 'everyone' ? { kind: one.holder } : { kind: one.holder, id };
            // A grant to somebody who is disabled is refused, and so changes nothing.
            const reply = await call(team.owner, `PUT /api/keys/${one.key}/grants`, { subject, level: one.level });
            if (reply.status === 200) grants.set(`${one.holder} ${one.key}`, one.level);
          } else {
            Object.assign(now, one);
            await change(member, { role: now.role, state: now.isActive ? 'active' : 'disabled' });
            await call(team.owner, 'PUT /api/workspace/policy', { memberFloor: now.floor });
            await call(team.owner, `PUT /api/groups/${group}`, { memberIds: now.inGroup ? [member.userId] : [] });
          }
        };
        const reaches = (key: string): boolean => {
          if (!now.isActive || now.role === 'viewer') return false;
          if (now.role === 'admin' || now.floor === 'use') return true;
          const holders: Holder[] = ['user', 'everyone', ...(now.inGroup ? (['group'] as const) : [])];
          return holders.some((one) => ['use', 'copy', 'manage'].includes(grants.get(`${one} ${key}`) ?? 'none'));
        };
        for (const holder of ['user', 'group', 'everyone'] as const) {
          for (const key of [keyId, otherKey]) await apply({ holder, key, level: 'none' });
        }
        await apply({ role: 'member' });
        for (const one of changes) {
          await apply(one);
          const any = reaches(keyId) || reaches(otherKey);
          for (const [index, expected] of [any, any, reaches(keyId)].entries()) {
            const { status } = await ask(virtualKeys[index] ?? '');
            expect(status === 200, `after ${JSON.stringify(one)}`).toBe(expected);
            const used = status === 200 ? (test.fake.requests.at(-1)?.secret ?? '') : null;
            expect(used === null || reaches(keyOf.get(used) ?? ''), 'whether the key that was used is reached').toBe(
              true,
            );
          }
        }
      }),
      { numRuns: 6 },
    );
  });
});

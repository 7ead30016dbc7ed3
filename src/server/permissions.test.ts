import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../contract/errors.ts';
import type { Operation } from '../contract/operation.ts';
import { type OperationKey, operations } from '../contract/operations.ts';
import { accessLevels, permissions } from '../contract/permissions.ts';
import { type FakeProvider, startFakeProvider } from '../testing/fake-provider/fake-provider.ts';
import { operationCases, type World } from '../testing/operation-cases.ts';
import { type Cast, castTeam, gatherPeople, type People, type Principal } from '../testing/principals.ts';
import { keepAccount } from '../testing/renew-account.ts';
import { testEngines } from '../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../testing/test-server.ts';

type Outcome = 'allowed' | ErrorCode;
type Call = Awaited<ReturnType<(typeof operationCases)[OperationKey]['make']>>;

const entries = Object.entries<Operation>(operations);
const aKey = /key_[0-9a-z]{26}/;
const anId = /[a-z]+_[0-9a-z]{26}/;
const levelOf = (principal: Principal): number => accessLevels.indexOf(principal.level);
const needs = (principal: Principal, level: (typeof accessLevels)[number], otherwise: Outcome): Outcome =>
  levelOf(principal) >= accessLevels.indexOf(level) ? 'allowed' : otherwise;

/** Only who oversees the workspace reaches what is somebody else's; for others it does not exist. */
const oversight = ({ role }: Principal): Outcome => (role === 'owner' || role === 'admin' ? 'allowed' : 'not_found');

/** Where more is asked than the table of permissions says: of a principal whose role may use the permission. */
const closerRules: Partial<Record<OperationKey, (principal: Principal) => Outcome>> = {
  'GET /api/virtual-keys/{id}': oversight,
  'PUT /api/virtual-keys/{id}': oversight,
  'DELETE /api/virtual-keys/{id}': oversight,
  // It is the owner's, and whoever is given its secret speaks for them.
  'POST /api/virtual-keys/{id}/rotate': (principal) =>
    principal.role === 'admin' ? 'forbidden' : oversight(principal),
  'POST /api/virtual-keys/{id}/top-up': oversight,
  'GET /api/usage/events/{id}': oversight,
  'DELETE /api/share-links/{id}': oversight,
  // Of a key one sees: what is left out below `manage` is in credential-events.test.ts.
  'GET /api/keys/{id}/events': (principal) => needs(principal, 'see', 'not_found'),
  // The key is named in the body.
  'POST /api/share-links': (principal) => {
    const sees = needs(principal, 'see', 'not_found');
    return sees === 'allowed' ? needs(principal, 'copy', 'forbidden') : sees;
  },
  // A virtual key cannot reach further than who makes it.
  'POST /api/virtual-keys': (principal) => needs(principal, 'use', 'unknown_key'),
  // Leaving a team takes a key from everybody in it.
  'POST /api/keys/{id}/move': ({ role }) => (role === 'member' ? 'forbidden' : 'allowed'),
  // The case asks for one that may read secrets.
  'POST /api/service-accounts': ({ role }) => (role === 'owner' ? 'allowed' : 'forbidden'),
};

/** What must come of a call, from the table of permissions and the principal's standing. */
function expectedOutcome(name: string, { permission }: Operation, call: Call, principal: Principal): Outcome {
  if (permission === 'public') return 'allowed';
  if (principal.token === null) return 'not_signed_in';
  const isProgram = principal.person === undefined;
  if (permission === 'account') return isProgram ? 'forbidden' : 'allowed';
  if (permission === 'instance') return principal.isInstanceAdmin ? 'allowed' : 'forbidden';
  if (principal.role === null) return 'not_found';
  const rule: { roles: readonly string[]; level: (typeof accessLevels)[number] | null } = permissions[permission];
  if (!rule.roles.includes(principal.role)) return 'forbidden';
  const closer = Object.entries(closerRules).find(([key]) => key === name)?.[1]?.(principal) ?? 'allowed';
  if (rule.level === null || !aKey.test(call.path)) return closer;
  if (needs(principal, 'see', 'not_found') !== 'allowed') return 'not_found';
  return needs(principal, rule.level, 'forbidden') === 'allowed' ? closer : 'forbidden';
}

describe.each(testEngines())('who may do what, on $engine', (engine) => {
  let target: TestServer;
  let fake: FakeProvider;
  let people: People;
  let shared: Cast;
  let count = 0;
  let refusals = 0;
  const renewals = new Map<Person, () => Promise<void>>();

  beforeAll(async () => {
    fake = await startFakeProvider();
    target = await startTestServer(engine, { PUBLIC_URL: 'http://localhost', LOG_LEVEL: 'silent' });
    people = await gatherPeople(target);
    shared = await castTeam(target, people);
    for (const { person } of shared.principals) {
      if (person !== undefined) renewals.set(person, await keepAccount(target, person));
    }
  });
  afterAll(async () => {
    await target.dispose();
    await fake.close();
  });

  /** Calls that change the team itself, so that nothing else can be tried in it afterwards. */
  const changesTeam = (name: string, { permission }: Operation): boolean =>
    permission.startsWith('workspace:') && !name.startsWith('GET ');

  const makeCase = (name: string) => Object.entries(operationCases).find(([key]) => key === name)?.[1];

  /** A call that would succeed for its owner. */
  async function prepare(name: string, operation: Operation, cast: Cast, principal: Principal): Promise<Call> {
    await renewals.get(principal.person ?? people.stranger)?.();
    for (const limit of ['register', 'linkByAddress', 'signInByAddress'] as const) {
      await target.server.services.throttles.reset(limit, '127.0.0.1');
    }
    const found = makeCase(name);
    if (found === undefined) throw new Error(`no case for ${name}`);
    return found.make(worldOf(operation, cast, principal));
  }

  function worldOf({ permission }: Operation, cast: Cast, principal: Principal): World {
    const common = { target, fake, secret: () => fake.secret('valid') };
    if (permission === 'instance') return { ...common, owner: people.administrator };
    const self = principal.person ?? people.stranger;
    if (permission === 'public' || permission === 'account') return { ...common, owner: self };
    const { workspaceId } = cast.team;
    const owner = { ...cast.team.owner, api: cast.team.api };
    return { ...common, owner, workspaceId, keyMade: (id) => cast.shareKey(id), caller: self };
  }

  const place = ({ permission }: Operation, workspaceId: string) =>
    permission === 'public' || permission === 'account' || permission === 'instance'
      ? {}
      : { headers: { 'x-workspace-id': workspaceId } };

  async function send(name: string, operation: Operation, call: Call, principal: Principal, workspaceId: string) {
    count += 1;
    const [method = ''] = name.split(' ');
    return target.call(`${method} ${call.path}`, {
      ...(principal.token === null ? {} : { token: principal.token }),
      ...place(operation, call.workspaceId ?? workspaceId),
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(call.cookie === undefined ? {} : { cookie: call.cookie }),
    });
  }

  async function refuse(name: string, operation: Operation, call: Call, cast: Cast, principal: Principal) {
    const expected = expectedOutcome(name, operation, call, principal);
    const workspaceId = principal.elsewhere ?? cast.team.workspaceId;
    const inside = { ...call, workspaceId };
    const reply = await send(name, operation, inside, principal, workspaceId);
    expect.soft(reply.json?.error?.code, `${name} by ${principal.name}`).toBe(expected);
    refusals += 1;
    if (expected !== 'not_found') return;
    // What one may not see is answered as what does not exist, to the byte.
    const nowhere = (text: string) => text.replace(anId, (id) => `${id.split('_')[0]}_${'0'.repeat(26)}`);
    const isForeign = principal.role === null && principal.elsewhere === undefined;
    const missing = isForeign
      ? { ...call, workspaceId: nowhere(workspaceId) }
      : { ...inside, path: nowhere(call.path) };
    expect.soft(reply.text).toBe((await send(name, operation, missing, principal, workspaceId)).text);
  }

  it.each(entries)(
    '%s: for everybody it is as the table of permissions says',
    { timeout: 60_000 },
    async (name, operation) => {
      const cast = changesTeam(name, operation) ? await castTeam(target, people) : shared;
      const [owner] = cast.principals;
      const controller =
        operation.permission === 'instance' ? cast.principals.find((one) => one.isInstanceAdmin) : owner;
      if (controller === undefined) throw new Error('nobody is there for the positive control');
      const call = await prepare(name, operation, cast, controller);
      const namesKey = aKey.test(call.path) || aKey.test(JSON.stringify(call.body ?? null));
      const tried = cast.principals.filter((principal) => {
        if (principal === controller) return false;
        // Where no key is named, the levels make no difference; where no object is, another workspace is just another one.
        if (principal.elsewhere !== undefined)
          return anId.test(call.path) && place(operation, '').headers !== undefined;
        return namesKey || principal.role === null || isPlain(principal, cast);
      });
      const isAllowed = (principal: Principal) => expectedOutcome(name, operation, call, principal) === 'allowed';
      for (const principal of tried) {
        if (!isAllowed(principal)) await refuse(name, operation, call, cast, principal);
      }
      const control = await send(name, operation, call, controller, cast.team.workspaceId);
      expect(control.status, `${name} by ${controller.name}: ${control.text}`).toBe(operation.status);
      for (const principal of tried.filter(isAllowed)) {
        const own = await prepare(name, operation, cast, principal);
        const reply = await send(name, operation, own, principal, cast.team.workspaceId);
        expect.soft(reply.status, `${name} by ${principal.name}: ${reply.text}`).toBe(operation.status);
      }
    },
  );

  /** The first of each role stands for it where levels make no difference. */
  const isPlain = (principal: Principal, { principals }: Cast): boolean =>
    principals.find(({ role }) => role === principal.role) === principal;

  const ofSomebody = entries.filter(([name]) =>
    Object.entries(closerRules).some(([key, rule]) => key === name && rule === oversight),
  );

  it.each(ofSomebody)('%s: a member may with what is their own, and no other member may', async (name, operation) => {
    const [mine, other] = shared.principals.filter(({ role }) => role === 'member');
    if (mine?.person === undefined || other === undefined) throw new Error('two members are needed');
    const { workspaceId } = shared.team;
    const owner = { ...mine.person, api: mine.person.in(workspaceId) };
    const call = await makeCase(name)?.make({ target, fake, secret: () => fake.secret('valid'), owner, workspaceId });
    if (call === undefined) throw new Error(`no case for ${name}`);
    const refused = await send(name, operation, call, other, workspaceId);
    expect(refused.json?.error?.code).toBe('not_found');
    refusals += 1;
    expect((await send(name, operation, call, mine, workspaceId)).status).toBe(operation.status);
  });

  it('every permission is used, and the count of calls is what it should be at least', () => {
    process.stdout.write(
      `permissions on ${engine.engine}: ${entries.length} operations, ${count} calls, ${refusals} refusals\n`,
    );
    expect(count).toBeGreaterThan(entries.length * 12);
    expect(refusals).toBeGreaterThan(entries.length * 4);
  });
});

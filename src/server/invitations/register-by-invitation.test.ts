import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makePassword, makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand, newId } from '../ids.ts';
import { makeInvitationToken, showInvitationToken } from './invitation-token.ts';

const newMailbox = (): string => `${makeSecret('box')}@example.com`;

describe.each(testEngines())('registration by invitation on $engine', (engine) => {
  let target: TestServer;
  let first: Person;
  let team: Team;
  beforeAll(async () => {
    target = await startTestServer(engine, { SIGNUP: 'invite' });
    first = await target.newPerson();
  });
  beforeEach(async () => {
    team = await newTeam(target, first);
    await target.server.services.throttles.reset('register', '127.0.0.1');
  });
  afterAll(() => target.dispose());

  const register = (more: object = {}) =>
    target.call('POST /api/register', { body: { email: newMailbox(), password: makePassword(), ...more } });
  const invite = async (body: object = { role: 'member' }) =>
    (
      await target.call('POST /api/invitations', {
        token: first.token,
        headers: { 'x-workspace-id': team.workspaceId },
        body,
      })
    ).json;
  const members = async () => (await team.api('GET /api/members')).items.map(({ email }) => email);
  const countUsers = async () =>
    (await target.server.services.database.kysely.selectFrom('users').select('id').execute()).length;

  it('is refused without a link, and by a link that was made up', async () => {
    const users = await countUsers();
    expect((await register()).json.error.code).toBe('sign_up_closed');
    const { token } = showInvitationToken(makeInvitationToken());
    expect((await register({ invitationToken: token })).json.error.code).toBe('link_used');
    expect((await register({ invitationToken: 'x' })).json.error.code).toBe('link_used');
    expect(await countUsers()).toBe(users);
  });

  it('makes the account and its place in the workspace at once, by a link that works once', async () => {
    const { token } = await invite();
    const email = newMailbox();
    const body = { email, password: makePassword(), invitationToken: token };
    expect((await target.call('POST /api/register', { body })).status).toBe(201);
    expect(await members()).toContain(email);
    expect((await register({ invitationToken: token })).json.error.code).toBe('link_used');
    const login = await target.call('POST /api/login', { body: { email, password: body.password } });
    const me = await target.call('GET /api/me', { token: login.json.access_token });
    expect(me.json.workspaces).toMatchObject([
      { kind: 'personal', role: 'owner' },
      { id: team.workspaceId, role: 'member' },
    ]);
  });

  it('by one link at the same time makes one account, not two', async () => {
    const { token } = await invite();
    const users = await countUsers();
    const replies = await Promise.all([1, 2, 3].map(() => register({ invitationToken: token })));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ json }) => json.error?.code === 'link_used')).toHaveLength(2);
    expect(await countUsers()).toBe(users + 1);
    expect(await members()).toHaveLength(2);
  });

  it('with a link for another e-mail makes no account', async () => {
    const email = newMailbox();
    const { token } = await invite({ role: 'member', email });
    const users = await countUsers();
    expect((await register({ invitationToken: token })).json.error.code).toBe('invitation_for_another');
    expect(await countUsers()).toBe(users);
    expect((await register({ invitationToken: token, email })).status).toBe(201);
    expect(await members()).toContain(email);
  });

  it('by an invitation to an account alone joins no workspace, and such a link is good for who it was made by only', async () => {
    const { kysely } = target.server.services.database;
    const { token, tokenHash } = showInvitationToken(makeInvitationToken());
    const row = {
      id: newId('Invitation'),
      workspace_id: null,
      token_hash: tokenHash,
      email: null,
      role: 'member' as const,
      created_by: brand<'User'>(first.userId),
      created_at: Date.now(),
      expires_at: Date.now() + 60_000,
    };
    await kysely.insertInto('invitations').values(row).execute();
    expect((await target.call('POST /api/invitations/read', { body: { token } })).json.workspaceName).toBeNull();
    const accept = await target.call('POST /api/invitations/accept', { token: first.token, body: { token } });
    expect(accept.json.error.code).toBe('already_member');
    expect((await register({ invitationToken: token })).status).toBe(201);
    expect((await register({ invitationToken: token })).json.error.code).toBe('link_used');
  });

  it('is closed to everybody where it is closed, links or not', async () => {
    const closed = await startTestServer(engine, { SIGNUP: 'closed' });
    const body = { email: newMailbox(), password: makePassword() };
    expect((await closed.call('POST /api/register', { body })).status).toBe(201);
    const refused = await closed.call('POST /api/register', {
      body: { email: newMailbox(), password: makePassword(), invitationToken: 'x' },
    });
    expect(refused.json.error.code).toBe('sign_up_closed');
    await closed.dispose();
  });
});

import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { recordBudgetAlert } from '../alerts/record-budget-alert.ts';
import { settleBackground } from '../background.ts';
import { tellOfExpiry } from '../credentials/expiry-notices.ts';
import { brand, newId } from '../ids.ts';
import { forgetOldNotifications } from './notifications.ts';

const DAY_MS = 86_400_000;

describe.each(testEngines())('notifications on $engine', (engine) => {
  let target: TestServer;
  let team: Team;

  beforeAll(async () => {
    target = await startTestServer(engine, { LOG_LEVEL: 'trace' });
  });
  afterAll(() => target.dispose());
  beforeEach(async () => {
    team = await newTeam(target);
  });

  const rows = () => target.server.services.database.kysely;
  const told = async (person: Person, kind?: string) => {
    await settleBackground();
    const { items } = await person.api('GET /api/notifications', { query: { limit: 100 } });
    return items.filter((item) => kind === undefined || item.kind === kind);
  };
  const newKey = async (body: { expiresAt?: string } = {}) =>
    (
      await team.api('POST /api/keys', {
        body: { provider: 'openai', name: 'Team key', secret: makeSecret(), ...body },
      })
    ).id;
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
  const tell = (atMs = Date.now()) => tellOfExpiry(target.server.services, atMs, new AbortController().signal);

  it('tell of a key that ends in 30, 7 and 1 days and that has ended, each once, and anew when the end is moved', async () => {
    const [manager, user] = [await team.join('member'), await team.join('member')];
    const id = await newKey({ expiresAt: inDays(29.5) });
    await team.grant(id, { kind: 'everyone' }, 'use');
    const { id: groupId } = await team.api('POST /api/groups', { body: { name: 'Keepers' } });
    const memberIds = [brand<'User'>(manager.userId)];
    await team.api('PUT /api/groups/{id}', { params: { id: groupId }, body: { memberIds } });
    await team.grant(id, { kind: 'group', id: groupId }, 'manage');
    const kinds = async (person: Person) =>
      (await told(person)).filter(({ kind }) => kind.startsWith('key_')).map(({ kind, facts }) => [kind, facts.days]);
    const now = Date.now();
    for (const days of [-1, 0, 0.1, 22, 23, 23, 28, 28.6, 29, 29.4, 29.6, 30, 32, 60]) await tell(now + days * DAY_MS);
    const all = [
      ['key_expired', undefined],
      ['key_expiring', 1],
      ['key_expiring', 7],
      ['key_expiring', 30],
    ];
    expect(await kinds(team.owner)).toEqual(all);
    expect(await kinds(manager)).toEqual(all);
    expect(await kinds(user)).toEqual([]);
    await team.api('PUT /api/keys/{id}', { params: { id }, body: { expiresAt: inDays(6.5) } });
    await tell();
    expect(await kinds(manager)).toContainEqual(['key_expiring', 7]);
    expect(await kinds(manager)).toHaveLength(5);
  });

  it('tell nothing of a key in the trash, without an end, or that ended long ago', async () => {
    const [trashed] = [await newKey({ expiresAt: inDays(3) }), await newKey(), await newKey({ expiresAt: inDays(31) })];
    await team.api('DELETE /api/keys/{id}', { params: { id: trashed } });
    await newKey({ expiresAt: inDays(-8) });
    await tell();
    expect(await told(team.owner)).toEqual([]);
  });

  it('tell somebody what they were given on a key, and nobody of less or of what they give themselves', async () => {
    const member = await team.join('member');
    const id = await newKey();
    const give = (level: 'use' | 'copy' | 'see' | 'none') => team.grant(id, { kind: 'user', id: member.userId }, level);
    for (const level of ['use', 'use', 'copy', 'see', 'none'] as const) await give(level);
    await team.grant(id, { kind: 'user', id: team.owner.userId }, 'manage');
    const found = await told(member, 'access_granted');
    expect(found.map(({ facts }) => facts.level)).toEqual(['copy', 'use']);
    expect(found[0]).toMatchObject({ subject: { id, label: 'Team key' }, workspace: { id: team.workspaceId } });
    expect(JSON.stringify(found)).not.toContain(team.owner.email);
    expect(await told(team.owner, 'access_granted')).toEqual([]);
  });

  it('tell who oversees a team that somebody joined or waits, and nobody else', async () => {
    const [admin, member] = [await team.join('admin'), await team.join('member')];
    const waiting = await team.joinPending('viewer');
    const [newest, ...others] = await told(admin, 'member_joined');
    expect(newest).toMatchObject({ subject: { label: waiting.email }, facts: { role: 'viewer', isPending: true } });
    expect(others).toEqual([
      expect.objectContaining({
        subject: { id: member.userId, label: member.email },
        facts: { role: 'member', isPending: false },
      }),
    ]);
    expect(await told(team.owner, 'member_joined')).toHaveLength(3);
    expect([await told(member), await told(waiting)]).toEqual([[], []]);
  });

  it('tell who is invited, where they have proved the mailbox', async () => {
    const [proved, unproved] = [await target.newPerson(), await target.newPerson()];
    await rows()
      .updateTable('users')
      .set({ email_verified_at: Date.now() })
      .where('id', '=', brand<'User'>(proved.userId))
      .execute();
    for (const { email } of [proved, unproved]) {
      await team.api('POST /api/invitations', { body: { role: 'viewer', email } });
    }
    expect(await told(unproved)).toEqual([]);
    const found = await told(proved);
    expect(found).toEqual([
      expect.objectContaining({ kind: 'invitation', workspace: null, subject: { id: null, label: 'Team' } }),
    ]);
    expect(JSON.stringify(found)).not.toContain('inv-akm-');
  });

  it('tell of a budget: of a virtual key its owner and who oversees, of a key who manages it, once', async () => {
    const [owner, other] = [await team.join('member'), await team.join('member')];
    const keyId = await newKey();
    await team.grant(keyId, { kind: 'user', id: owner.userId }, 'use');
    const made = await owner.in(team.workspaceId)('POST /api/virtual-keys', {
      body: { name: 'Mine', keyIds: [keyId] },
    });
    const alert = {
      workspaceId: brand<'Workspace'>(team.workspaceId),
      period: 'month',
      windowStartMs: 0,
      threshold: 80,
      spentNanoUsd: 8_000_000_000,
      limitNanoUsd: 10_000_000_000,
    } as const;
    const subjects = [
      { kind: 'virtualKey', id: made.virtualKey.id, label: 'Mine' },
      { kind: 'key', id: keyId, label: 'Team key' },
    ] as const;
    for (const subject of [...subjects, ...subjects]) {
      await recordBudgetAlert(target.server.services, { ...alert, subject });
    }
    const labels = async (person: Person) => (await told(person, 'budget_reached')).map(({ subject }) => subject.label);
    expect((await labels(team.owner)).toSorted()).toEqual(['Mine', 'Team key']);
    expect([await labels(owner), await labels(other)]).toEqual([['Mine'], []]);
    expect((await told(owner, 'budget_reached'))[0]?.facts).toEqual({
      budgetOf: 'virtualKey',
      threshold: 80,
      period: 'month',
      spentUsd: '8.000000000',
      limitUsd: '10.000000000',
    });
    // Long after the notification was forgotten the same alert is no news.
    await rows().deleteFrom('notifications').execute();
    await recordBudgetAlert(target.server.services, { ...alert, subject: subjects[0] });
    expect(await labels(owner)).toEqual([]);
  });

  it('tell somebody what happened to their account, and of a new device but not of the first or of a new version', async () => {
    const person = await target.newPerson();
    const signIn = (agent: string) =>
      target.call('POST /api/login', {
        body: { email: person.email, password: person.password },
        headers: { 'user-agent': agent },
      });
    expect(await told(person)).toEqual([]);
    await signIn('Mozilla/5.0 (X11) Chrome/141.0.1');
    expect(await told(person)).toEqual([
      expect.objectContaining({
        kind: 'security',
        workspace: null,
        facts: { news: 'newDevice', ip: '127.0.0.1', userAgent: 'Mozilla/5.0 (X11) Chrome/141.0.1' },
      }),
    ]);
    await settleBackground();
    await signIn('Mozilla/5.0 (X11) Chrome/142.0.7');
    expect(await told(person)).toHaveLength(1);
    const newPassword = `${person.password} and more`;
    await person.api('POST /api/me/password', { body: { currentPassword: person.password, newPassword } });
    expect((await told(person)).map(({ facts }) => facts.news)).toEqual(['passwordChanged', 'newDevice']);
    expect(JSON.stringify(await told(person))).not.toContain(person.password);
  });

  it('are listed in pages, counted while unread, and marked by their owner alone', async () => {
    const people = [await team.join('viewer'), await team.join('viewer'), await team.join('viewer')];
    const stranger = await target.newPerson();
    const { api } = team.owner;
    const first = await api('GET /api/notifications', { query: { limit: 2 } });
    expect([first.items.length, first.unread]).toEqual([2, people.length]);
    const rest = await api('GET /api/notifications', { query: { limit: 2, cursor: first.nextCursor ?? '' } });
    expect([rest.items.length, rest.nextCursor]).toEqual([1, null]);
    const ids = [...first.items, ...rest.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    await stranger.api('POST /api/notifications/read', { body: { ids } });
    expect((await api('GET /api/notifications')).unread).toBe(3);
    const [one = newId('Notification'), ...others] = ids;
    expect(await api('POST /api/notifications/read', { body: { ids: [one] } })).toEqual({ unread: 2 });
    const unread = await api('GET /api/notifications', { query: { unread: 'true' } });
    expect(unread.items.map(({ id }) => id)).toEqual(others);
    expect(await api('POST /api/notifications/read', { body: { all: true } })).toEqual({ unread: 0 });
    expect((await api('GET /api/notifications')).items.every(({ readAt }) => readAt !== null)).toBe(true);
    const wrong = await target.call('GET /api/notifications?cursor=x', { token: team.owner.token });
    expect(wrong.json.error.code).toBe('invalid_input');
  });

  it('of a team are gone with the membership, and with the team', async () => {
    const [admin, member] = [await team.join('admin'), await team.join('member')];
    const id = await newKey();
    await team.grant(id, { kind: 'user', id: member.userId }, 'use');
    expect([await told(member), await told(admin)].map((found) => found.length)).toEqual([1, 1]);
    await team.remove(member);
    expect(await told(member)).toEqual([]);
    expect((await member.api('GET /api/notifications')).unread).toBe(0);
    await team.api('DELETE /api/workspace');
    expect(await told(admin)).toEqual([]);
  });

  it('are forgotten after 90 days', async () => {
    await team.join('viewer');
    await forgetOldNotifications(target.server.services, Date.now() + 89 * DAY_MS);
    expect(await told(team.owner)).toHaveLength(1);
    await forgetOldNotifications(target.server.services, Date.now() + 91 * DAY_MS);
    expect(await told(team.owner)).toEqual([]);
  });

  it('that cannot be understood are shown without their facts', async () => {
    await team.join('viewer');
    await rows().updateTable('notifications').set({ facts: '{"role":"emperor"}' }).execute();
    expect((await told(team.owner))[0]).toMatchObject({ kind: 'member_joined', facts: {} });
  });

  it('hold no secret, token or e-mail address of people one may not know', async () => {
    const found = await sql<{
      all: string;
    }>`select facts || subject_label || dedupe as "all" from notifications`.execute(rows());
    const text = found.rows.map(({ all }) => all).join('\n');
    expect(text.length).toBeGreaterThan(100);
    expect(text).not.toMatch(/sk-test-|sk-akm-|-akm-[0-9A-Za-z]{20}/);
  });
});

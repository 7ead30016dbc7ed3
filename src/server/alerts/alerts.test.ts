import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngines } from '../../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { brand, newId } from '../ids.ts';
import { forgetOldAlerts } from './alerts.ts';
import { type BudgetAlert, recordBudgetAlert } from './record-budget-alert.ts';

const DAY_MS = 86_400_000;

describe.each(testEngines())('budget alerts on $engine', (engine) => {
  let target: TestServer;
  let owner: Person;
  let workspaceId: BudgetAlert['workspaceId'];
  beforeAll(async () => {
    target = await startTestServer(engine);
    owner = await target.newPerson();
    workspaceId = (await owner.api('GET /api/me')).activeWorkspaceId;
  });
  afterAll(() => target.dispose());

  const alertOf = (change: Partial<BudgetAlert> = {}): BudgetAlert => ({
    workspaceId,
    subject: { kind: 'virtualKey', id: newId('VirtualKey'), label: 'CI' },
    period: 'month',
    windowStartMs: 1000,
    threshold: 80,
    spentNanoUsd: 8_000_000_001,
    limitNanoUsd: 10_000_000_000,
    ...change,
  });
  const tell = (alert: BudgetAlert, nowMs?: number) => recordBudgetAlert(target.server.services, alert, nowMs);
  const list = async (person = owner) =>
    (await target.call('GET /api/alerts', { token: person.token, headers: { 'x-workspace-id': workspaceId } })).json
      .items;
  const ofSubject = async (id: string) =>
    (await list()).filter((item: { subject: { id: string } }) => item.subject.id === id);

  it('say whose budget passed which share, with the amounts to the nano-dollar', async () => {
    const alert = alertOf();
    await tell(alert);
    expect(await ofSubject(alert.subject.id)).toEqual([
      {
        id: expect.stringMatching(/^alr_[0-9a-z]{26}$/),
        time: expect.any(String),
        subject: alert.subject,
        period: 'month',
        threshold: 80,
        spentUsd: '8.000000001',
        limitUsd: '10.000000000',
        dismissedAt: null,
      },
    ]);
  });

  it('are raised once per subject, period, window and threshold, however often they are told', async () => {
    const alert = alertOf();
    const { id } = alert.subject;
    await Promise.all(Array.from({ length: 10 }, (_, index) => tell({ ...alert, spentNanoUsd: index })));
    expect(await ofSubject(id)).toHaveLength(1);
    await tell({ ...alert, threshold: 100 });
    await tell({ ...alert, windowStartMs: 2000 });
    await tell({ ...alert, period: 'day' });
    await tell(alert);
    expect(await ofSubject(id)).toHaveLength(4);
    const other = alertOf();
    await tell(other);
    expect(await ofSubject(other.subject.id)).toHaveLength(1);
  });

  it('are the last 200, newest first', async () => {
    const person = await target.newPerson();
    const own = (await person.api('GET /api/me')).activeWorkspaceId;
    for (let count = 0; count < 203; count += 1) {
      await tell(alertOf({ workspaceId: own, spentNanoUsd: count }), 1_000_000 + count);
    }
    const { items } = (await target.call('GET /api/alerts', { token: person.token })).json;
    expect(items).toHaveLength(200);
    expect(items[0].spentUsd).toBe('0.000000202');
    expect(items[199].spentUsd).toBe('0.000000003');
  });

  it('of other people and of keys are not shown to a member, and none of another workspace', async () => {
    const member = await target.newPerson();
    await target.server.services.database.kysely
      .insertInto('members')
      .values({
        workspace_id: workspaceId,
        user_id: brand<'User'>(member.userId),
        role: 'member',
        state: 'active',
        created_at: 1,
      })
      .execute();
    const create = async (person: Person): Promise<string> => {
      const reply = await target.call('POST /api/virtual-keys', {
        token: person.token,
        headers: { 'x-workspace-id': workspaceId },
        body: { name: 'Budgeted', keyIds: 'all' },
      });
      return reply.json.virtualKey.id;
    };
    const [mine, owners] = [await create(member), await create(owner)];
    for (const id of [mine, owners]) await tell(alertOf({ subject: { kind: 'virtualKey', id, label: 'x' } }));
    await tell(alertOf({ subject: { kind: 'key', id: newId('Credential'), label: 'Upstream' } }));
    expect((await list(member)).map((item: { subject: { id: string } }) => item.subject.id)).toEqual([mine]);
    expect((await list()).length).toBeGreaterThan(3);
    const stranger = await target.newPerson();
    expect((await target.call('GET /api/alerts', { token: stranger.token })).json.items).toEqual([]);
    const [first] = await list();
    const headers = { 'x-workspace-id': workspaceId };
    const dismissed = await target.call(`POST /api/alerts/${first.id}/dismiss`, { token: member.token, headers });
    expect(dismissed.json).toMatchObject({ error: { code: 'forbidden' } });
  });

  it('are dismissed once: the first time stays, and one of another workspace is missing', async () => {
    const alert = alertOf();
    await tell(alert);
    const [{ id }] = await ofSubject(alert.subject.id);
    const dismiss = (token: string) => target.call(`POST /api/alerts/${id}/dismiss`, { token });
    const stranger = await target.newPerson();
    expect((await dismiss(stranger.token)).status).toBe(404);
    expect((await dismiss(owner.token)).status).toBe(204);
    const [{ dismissedAt }] = await ofSubject(alert.subject.id);
    expect(dismissedAt).not.toBeNull();
    expect((await dismiss(owner.token)).status).toBe(204);
    expect((await ofSubject(alert.subject.id))[0].dismissedAt).toBe(dismissedAt);
    await tell(alert);
    expect((await ofSubject(alert.subject.id))[0].dismissedAt).toBe(dismissedAt);
  });

  it('are forgotten after 90 days, but for budgets without periods, which would be raised again', async () => {
    const nowMs = Date.now();
    const [old, lasting, fresh] = [alertOf(), alertOf({ period: 'total' }), alertOf()];
    await tell(old, nowMs - 91 * DAY_MS);
    await tell(lasting, nowMs - 91 * DAY_MS);
    await tell(fresh, nowMs - 89 * DAY_MS);
    await forgetOldAlerts(target.server.services, nowMs);
    const rows = await target.server.services.database.kysely
      .selectFrom('budget_alerts')
      .select('subject_id')
      .execute();
    const left = rows.map(({ subject_id }) => subject_id);
    expect(left).not.toContain(old.subject.id);
    expect(left).toEqual(expect.arrayContaining([lasting.subject.id, fresh.subject.id]));
  });
});

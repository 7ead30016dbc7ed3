import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LoopbackServer, startLoopbackServer } from '../../testing/loopback-server.ts';
import { newTeam, type Team } from '../../testing/team.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { tellOfExpiry } from '../credentials/expiry-notices.ts';
import { brand, newId } from '../ids.ts';
import { deliverDueAlerts } from './deliver-alerts.ts';
import { toSentence } from './message.ts';
import { recordBudgetAlert } from './record-budget-alert.ts';
import { forgetOldMessages, queueWebhookMessage, webhookKinds } from './webhook-messages.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

describe.each(testEngines())('what a webhook is told besides budgets, on $engine', (engine) => {
  let target: TestServer;
  let receiver: LoopbackServer;
  let team: Team;
  let status = 204;
  let received: { signature: string; body: string }[] = [];

  beforeAll(async () => {
    target = await startTestServer(engine, { LOG_LEVEL: 'trace' });
    receiver = await startLoopbackServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push({ signature: String(request.headers['x-akm-signature']), body });
        response.writeHead(status).end('{}');
      });
    });
  });
  afterAll(async () => {
    await target.dispose();
    await receiver.close();
  });
  beforeEach(async () => {
    team = await newTeam(target);
    status = 204;
    received = [];
    for (const table of ['budget_alerts', 'webhook_messages'] as const) await rows().deleteFrom(table).execute();
  });

  const rows = () => target.server.services.database.kysely;
  const set = async () =>
    (await team.api('PUT /api/alerts/webhook', { body: { url: `http://127.0.0.1:${receiver.port}/hook` } }))
      .signingSecret;
  const deliver = (nowMs = Date.now()) => deliverDueAlerts(target.server.services, { nowMs });
  const workspaceId = () => brand<'Workspace'>(team.workspaceId);
  const queue = (kind: (typeof webhookKinds)[number], nowMs = Date.now()) =>
    queueWebhookMessage(
      rows(),
      {
        workspaceId: workspaceId(),
        kind,
        dedupe: kind,
        subject: { id: newId('Credential'), label: 'CI' },
        facts: { provider: 'openai' },
      },
      nowMs,
    );
  const bodies = () => received.map(({ body }) => JSON.parse(body));
  const tellBudget = () =>
    recordBudgetAlert(target.server.services, {
      workspaceId: workspaceId(),
      subject: { kind: 'virtualKey', id: newId('VirtualKey'), label: 'CI' },
      period: 'month',
      windowStartMs: 0,
      threshold: 80,
      spentNanoUsd: 8,
      limitNanoUsd: 10,
    });

  it('arrives once, signed, with a type of its own, beside the budgets, and holds no secret and no e-mail', async () => {
    const signingSecret = await set();
    const secret = makeSecret();
    const expiresAt = new Date(Date.now() + 6.5 * DAY_MS).toISOString();
    const { id } = await team.api('POST /api/keys', { body: { provider: 'openai', name: 'Prod', secret, expiresAt } });
    for (let count = 0; count < 2; count += 1) {
      await tellOfExpiry(target.server.services, Date.now(), new AbortController().signal);
    }
    const member = await team.join('member');
    await tellBudget();
    expect(await deliver()).toBe(3);
    expect(await deliver(Date.now() + DAY_MS)).toBe(0);
    const common = { id: expect.stringMatching(/^alr_/), time: expect.any(String), workspaceId: team.workspaceId };
    expect(bodies()).toEqual(
      expect.arrayContaining([
        {
          type: 'key.expiring',
          ...common,
          subject: { kind: 'key', id, label: 'Prod' },
          provider: 'openai',
          expiresAt,
          days: 7,
        },
        expect.objectContaining({ type: 'budget.threshold', ...common }),
        expect.objectContaining({
          type: 'member.joined',
          ...common,
          subject: { kind: 'member', id: member.userId, label: expect.any(String) },
          role: 'member',
          isPending: false,
        }),
      ]),
    );
    for (const { signature, body } of received) {
      const [, seconds, digest] = /^t=(\d{10}),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
      expect(digest).toBe(createHmac('sha256', signingSecret).update(`${seconds}.${body}`).digest('hex'));
      for (const hidden of [secret, secret.slice(8, -4), member.email, team.owner.email]) {
        expect(body).not.toContain(hidden);
      }
    }
  });

  it('is nothing where no webhook is set, and nothing of before it was', async () => {
    await queue('key_invalid');
    await set();
    expect(await deliver()).toBe(0);
    await queue('key_invalid');
    await team.api('DELETE /api/alerts/webhook');
    await set();
    expect(await deliver()).toBe(0);
    expect(received).toEqual([]);
  });

  it('is tried again later while the receiver fails, with what else is due', async () => {
    await set();
    status = 500;
    const now = Date.now();
    await queue('key_invalid', now);
    await queue('balance_low', now + 1);
    await tellBudget();
    expect(await deliver(now + 1000)).toBe(0);
    expect(received).toHaveLength(1);
    expect(await deliver(now + 2000)).toBe(0);
    expect(received).toHaveLength(1);
    status = 204;
    expect(await deliver(now + 2 * MINUTE_MS)).toBe(3);
    expect(bodies().map(({ type }) => type)).toEqual(
      expect.arrayContaining(['key.invalid', 'balance.low', 'budget.threshold']),
    );
    expect(bodies()[1]?.id ?? bodies()[0]?.id).toMatch(/^alr_/);
  });

  it('arrives once, though several processes look at the same moment', async () => {
    await set();
    for (const kind of webhookKinds) await queue(kind);
    const counts = await Promise.all([deliver(), deliver(), deliver()]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(webhookKinds.length);
    expect(new Set(bodies().map(({ id }) => id)).size).toBe(webhookKinds.length);
    expect(received).toHaveLength(webhookKinds.length);
  });

  it('is forgotten after 90 days', async () => {
    await set();
    await queue('key_invalid');
    const count = async () => (await rows().selectFrom('webhook_messages').selectAll().execute()).length;
    await forgetOldMessages(target.server.services, Date.now() + 89 * DAY_MS);
    expect(await count()).toBe(1);
    await forgetOldMessages(target.server.services, Date.now() + 91 * DAY_MS);
    expect(await count()).toBe(0);
  });
});

describe('a message to a chat that is not about a budget', () => {
  const common = { id: newId('Alert'), time: '2026-01-01T00:00:00.000Z', workspaceId: newId('Workspace') };
  const key = { kind: 'key' as const, id: null, label: '<!channel> @all' };

  it.each([
    [
      { type: 'key.invalid', subject: key, ...common },
      'API Key Manager: The provider refuses the key "‹!channel› ＠all". Test it again or replace it.',
      'API Key Manager：服务商拒绝了密钥“‹!channel› ＠all”，请重新测试或更换。',
    ],
    [
      { type: 'balance.low', subject: { ...key, label: 'CI' }, amount: '4.99', currency: 'CNY', ...common },
      'API Key Manager: The account of the key "CI" has only 4.99 CNY left.',
      'API Key Manager：密钥“CI”所属账户余额仅剩 4.99 CNY。',
    ],
    [
      {
        type: 'key.expiring',
        subject: { ...key, label: 'CI' },
        days: 1,
        expiresAt: '2026-01-02T00:00:00.000Z',
        ...common,
      },
      'API Key Manager: The key "CI" expires in 1 day, on 2026-01-02.',
      'API Key Manager：密钥“CI”将在 1 天后（2026-01-02）过期。',
    ],
    [
      {
        type: 'member.joined',
        subject: { kind: 'member', id: null, label: 'Ada' },
        role: 'admin',
        isPending: true,
        ...common,
      },
      'API Key Manager: "Ada" wants to join as administrator and waits to be confirmed.',
      'API Key Manager：“Ada”申请以管理员身份加入，等待确认。',
    ],
  ] as const)('is one sentence in two languages', (message, english, chinese) => {
    expect([toSentence(message, 'en'), toSentence(message, 'zh-CN')]).toEqual([english, chinese]);
  });
});

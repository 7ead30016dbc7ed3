import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LoopbackServer, startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { newId } from '../ids.ts';
import { deliverDueAlerts } from './deliver-alerts.ts';
import { recordBudgetAlert } from './record-budget-alert.ts';

const MINUTE_MS = 60_000;

interface Received {
  path: string;
  signature: string;
  body: string;
}

describe.each(testEngines())('the webhook of alerts on $engine', (engine) => {
  let target: TestServer;
  let receiver: LoopbackServer;
  let person: Person;
  let workspaceId: Awaited<ReturnType<typeof workspaceOf>>;
  let path: string;
  let answer: { status: number; headers?: Record<string, string> };
  let received: Received[] = [];

  const workspaceOf = async (somebody: Person) => (await somebody.api('GET /api/me')).activeWorkspaceId;
  beforeAll(async () => {
    target = await startTestServer(engine, { LOG_LEVEL: 'trace' });
    receiver = await startLoopbackServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        const signature = String(request.headers['x-akm-signature']);
        received.push({ path: request.url ?? '', signature, body });
        response.writeHead(answer.status, answer.headers).end('{}');
      });
    });
  });
  afterAll(async () => {
    await target.dispose();
    await receiver.close();
  });
  beforeEach(async () => {
    person = await target.newPerson();
    workspaceId = await workspaceOf(person);
    path = `/hooks/${makeSecret('path')}?token=${makeSecret('query')}`;
    answer = { status: 204 };
    received = [];
    // What earlier tests left waiting is not this one's.
    await target.server.services.database.kysely.deleteFrom('budget_alerts').execute();
  });

  const call = (request: string, body?: unknown) =>
    target.call(request, { token: person.token, ...(body === undefined ? {} : { body }) });
  const host = () => `127.0.0.1:${receiver.port}`;
  const set = async (url = `http://${host()}${path}`): Promise<string> =>
    (await call('PUT /api/alerts/webhook', { url })).json.signingSecret;
  const webhook = async () => (await call('GET /api/alerts/webhook')).json.webhook;
  const tell = (label = 'CI', nowMs = Date.now()) =>
    recordBudgetAlert(
      target.server.services,
      {
        workspaceId,
        subject: { kind: 'virtualKey', id: newId('VirtualKey'), label },
        period: 'month',
        windowStartMs: 1000,
        threshold: 80,
        spentNanoUsd: 8_000_000_001,
        limitNanoUsd: 10_000_000_000,
      },
      nowMs,
    );
  const deliver = (nowMs = Date.now()) => deliverDueAlerts(target.server.services, { nowMs });
  const waiting = () =>
    target.server.services.database.kysely
      .selectFrom('budget_alerts')
      .select(['id', 'webhook_due_at', 'webhook_attempts'])
      .where('workspace_id', '=', workspaceId)
      .orderBy('id')
      .execute();
  const isSignedWith = (signingSecret: string, { signature, body }: Received): boolean => {
    const [, seconds, digest] = /^t=(\d{10}),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    return digest === createHmac('sha256', signingSecret).update(`${seconds}.${body}`).digest('hex');
  };

  it('is shown by its host only, and its signing secret in one reply', async () => {
    expect(await webhook()).toBeNull();
    const reply = await call('PUT /api/alerts/webhook', { url: `http://${host()}${path}` });
    expect(reply.status).toBe(200);
    const { signingSecret } = reply.json;
    expect(signingSecret).toMatch(/^[\w-]{43}$/);
    const shown = { host: host(), updatedAt: expect.any(String), lastSentAt: null, lastError: null };
    expect(reply.json.webhook).toEqual(shown);
    const read = await call('GET /api/alerts/webhook');
    expect(read.json).toEqual({ webhook: shown });
    for (const hidden of ['/hooks/', 'token=', signingSecret]) expect(read.text).not.toContain(hidden);
    expect(reply.text).not.toContain('/hooks/');
  });

  it('gets every alert once, signed, as JSON', async () => {
    const signingSecret = await set();
    await tell('Team CI 团队');
    expect(await deliver()).toBe(1);
    expect(await deliver()).toBe(0);
    expect(await deliver(Date.now() + 600 * MINUTE_MS)).toBe(0);
    const [message] = received;
    if (message === undefined) throw new Error('nothing arrived');
    expect(received).toHaveLength(1);
    expect(message.path).toBe(path);
    expect(JSON.parse(message.body)).toEqual({
      type: 'budget.threshold',
      id: expect.stringMatching(/^alr_/),
      time: expect.any(String),
      workspaceId,
      subject: { kind: 'virtualKey', id: expect.stringMatching(/^vk_/), label: 'Team CI 团队' },
      period: 'month',
      threshold: 80,
      spentUsd: '8.000000001',
      limitUsd: '10.000000000',
    });
    expect(isSignedWith(signingSecret, message)).toBe(true);
    expect(isSignedWith(signingSecret, { ...message, body: `${message.body} ` })).toBe(false);
    expect(isSignedWith('another', message)).toBe(false);
    expect((await webhook()).lastSentAt).not.toBeNull();
  });

  it('gets nothing twice from many runs at the same time', async () => {
    await set();
    for (let count = 0; count < 12; count += 1) await tell(`Key ${count}`);
    await Promise.all(Array.from({ length: 4 }, () => deliver()));
    await deliver();
    const ids = received.map(({ body }) => JSON.parse(body).id);
    expect(ids).toHaveLength(12);
    expect(new Set(ids).size).toBe(12);
  });

  it('that fails is tried again after 1, 5, 30 and then every 120 minutes, eight times in all', async () => {
    await set();
    answer = { status: 500 };
    const startedAt = Date.now();
    await tell('CI', startedAt);
    let nowMs = startedAt;
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await deliver(nowMs - 1);
      expect(received).toHaveLength(attempt - 1);
      expect(await deliver(nowMs)).toBe(0);
      expect(received).toHaveLength(attempt);
      const [row] = await waiting();
      expect(row?.webhook_attempts).toBe(attempt);
      if (row?.webhook_due_at == null) break;
      waits.push((row.webhook_due_at - nowMs) / MINUTE_MS);
      nowMs = row.webhook_due_at;
    }
    expect(waits).toEqual([1, 5, 30, 120, 120, 120, 120]);
    expect(await waiting()).toMatchObject([{ webhook_due_at: null, webhook_attempts: 8 }]);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect((await webhook()).lastError).toBe(`${host()} answered with status 500.`);
    await deliver(nowMs + 1000 * MINUTE_MS);
    expect(received).toHaveLength(8);
  });

  it('that works again forgets its error', async () => {
    await set();
    answer = { status: 503 };
    await tell();
    await deliver();
    expect((await webhook()).lastError).toContain('503');
    answer = { status: 200 };
    expect(await deliver(Date.now() + 2 * MINUTE_MS)).toBe(1);
    expect(await webhook()).toMatchObject({ lastError: null, lastSentAt: expect.any(String) });
  });

  it('that fails holds up its own messages for a minute, and no other workspace', async () => {
    await set();
    answer = { status: 500 };
    for (const label of ['A', 'B', 'C']) await tell(label);
    expect(await deliver()).toBe(0);
    expect(received).toHaveLength(1);
    const rows = await waiting();
    expect(rows.map(({ webhook_attempts }) => webhook_attempts).sort((a, b) => a - b)).toEqual([0, 0, 1]);
    expect(rows.every(({ webhook_due_at }) => (webhook_due_at ?? 0) > Date.now())).toBe(true);
    person = await target.newPerson();
    workspaceId = await workspaceOf(person);
    await set();
    answer = { status: 200 };
    await tell('D');
    expect(await deliver()).toBe(1);
    expect(received.at(-1)?.body).toContain('"label":"D"');
    expect(await deliver(Date.now() + 2 * MINUTE_MS)).toBe(3);
  });

  it('that redirects is not followed', async () => {
    await set();
    answer = { status: 302, headers: { location: `http://${host()}/elsewhere` } };
    expect((await call('POST /api/alerts/webhook/test')).json).toMatchObject({ ok: false });
    expect(received.map((message) => message.path)).toEqual([path]);
  });

  it('gets no alert from before it was set, and none after it was deleted', async () => {
    await tell('Before');
    await set();
    expect(await deliver()).toBe(0);
    await tell('Pending');
    expect((await call('DELETE /api/alerts/webhook')).status).toBe(204);
    expect((await call('DELETE /api/alerts/webhook')).status).toBe(204);
    expect(await deliver()).toBe(0);
    await set();
    expect(await deliver(Date.now() + 600 * MINUTE_MS)).toBe(0);
    expect(received).toEqual([]);
  });

  it('is tested on demand, and the reply says how it went', async () => {
    const missing = await call('POST /api/alerts/webhook/test');
    expect(missing.json).toEqual({ ok: false, message: 'No webhook is set. Enter an address first.' });
    const signingSecret = await set();
    const good = await call('POST /api/alerts/webhook/test');
    expect(good.json).toEqual({ ok: true, message: `${host()} accepted the message.` });
    const [message] = received;
    if (message === undefined) throw new Error('nothing arrived');
    expect(JSON.parse(message.body)).toEqual({
      type: 'test',
      id: expect.stringMatching(/^alr_/),
      time: expect.any(String),
      workspaceId,
    });
    expect(isSignedWith(signingSecret, message)).toBe(true);
    answer = { status: 418 };
    const bad = await call('POST /api/alerts/webhook/test');
    expect(bad.json).toEqual({ ok: false, message: `${host()} answered with status 418.` });
    expect((await webhook()).lastError).toContain('418');
  });

  it('is tested no more often than other calls outside', async () => {
    const { throttles } = target.server.services;
    for (let count = 0; count < 120; count += 1) await throttles.take('connectionTest', person.userId);
    const reply = await call('POST /api/alerts/webhook/test');
    expect(reply.json).toMatchObject({ error: { code: 'too_many_attempts' } });
  });

  it('signs with another secret after every change, and no longer knows the address before', async () => {
    const first = await set();
    const second = await set(`http://${host()}/second`);
    expect(second).not.toBe(first);
    await call('POST /api/alerts/webhook/test');
    const [message] = received;
    if (message === undefined) throw new Error('nothing arrived');
    expect(message.path).toBe('/second');
    expect(isSignedWith(second, message)).toBe(true);
    expect(isSignedWith(first, message)).toBe(false);
  });

  it('may not lead inside, carry a user name or be anything but http', async () => {
    for (const url of [
      'http://10.0.0.1/hook',
      'https://169.254.169.254/latest/meta-data',
      'https://localhost.localdomain/x',
      'http://8.8.8.8/plain',
      `https://user:${makeSecret()}@example.com/hook`,
      'https://example.com./hook',
      'https://example.com:25/',
    ]) {
      const reply = await call('PUT /api/alerts/webhook', { url });
      expect([url, reply.json.error?.code]).toEqual([url, 'webhook_refused']);
      expect(reply.json.error.details).toMatchObject([{ path: 'url' }]);
    }
    for (const url of ['', 'ftp://example.com', 'javascript:alert(1)', 'example.com', 7]) {
      const reply = await call('PUT /api/alerts/webhook', { url });
      expect([url, reply.json.error?.code]).toEqual([url, 'invalid_input']);
    }
    expect(await webhook()).toBeNull();
  });

  it('hides its address and secret from every row, log line, audit event and error', async () => {
    const signingSecret = await set();
    answer = { status: 500 };
    await tell();
    await deliver();
    await call('POST /api/alerts/webhook/test');
    await call('DELETE /api/alerts/webhook');
    await set();
    const [pathSecret = '', querySecret = ''] = path.slice('/hooks/'.length).split('?token=');
    const { kysely } = target.server.services.database;
    for (const { name } of await kysely.introspection.getTables()) {
      const { rows } = await sql`select * from ${sql.table(name)}`.execute(kysely);
      for (const hidden of [pathSecret, querySecret, signingSecret]) {
        expect([name, JSON.stringify(rows).includes(hidden)]).toEqual([name, false]);
      }
    }
    const logged = target.logs.join('');
    expect(logged).toContain('an alert will be delivered later');
    for (const hidden of [pathSecret, querySecret, signingSecret]) expect(logged).not.toContain(hidden);
    const events = await kysely
      .selectFrom('audit_events')
      .select(['action', 'target_label'])
      .where('workspace_id', '=', workspaceId)
      .where('action', 'like', 'alert_webhook.%')
      .orderBy('seq')
      .execute();
    expect(events.map(({ action }) => action)).toEqual([
      'alert_webhook.set',
      'alert_webhook.deleted',
      'alert_webhook.set',
    ]);
    expect(events.every(({ target_label }) => target_label === host())).toBe(true);
  });
});

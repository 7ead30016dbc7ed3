import { cp, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FakeBehaviour } from '../../testing/fake-provider/settings.ts';
import { type GatewayFixture, startGatewayFixture } from '../../testing/gateway-fixture.ts';
import { newTenant, type Tenant } from '../../testing/gateway-tenant.ts';
import { type LoopbackServer, startLoopbackServer } from '../../testing/loopback-server.ts';
import { testEngines } from '../../testing/test-database.ts';
import { brand } from '../ids.ts';
import type { EventRow } from '../usage/event-rows.ts';
import { recoverJournal } from '../usage/recover-journal.ts';
import { JournalUnavailable } from '../usage/usage-recorder.ts';
import { CallStop } from './running-calls.ts';

const path = '/v1/chat/completions';
const chat = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };
const answer = JSON.stringify({ id: 'c', choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } });
const soon = { interval: 5, timeout: 5000 };
const [engine] = testEngines();
if (engine === undefined) throw new Error('there is always SQLite');

describe('the attempts of a request', () => {
  let test: GatewayFixture;
  let tenant: Tenant;
  let closing: LoopbackServer[] = [];
  beforeAll(async () => {
    test = await startGatewayFixture(engine);
  });
  beforeEach(async () => {
    await test.fake.idle();
    test.fake.reset();
    tenant = await newTenant(test);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const server of closing) await server.close();
    closing = [];
  });
  afterAll(() => test.dispose());

  const services = () => test.target.server.services;
  const ask = (secret: string) => test.ask(path, { secret, body: chat });
  const issueFor = (ids: readonly string[]) =>
    tenant.issue({
      keyIds: [...ids],
      pool: ids.map((keyId, index) => ({ keyId, priority: index + 1, weight: 1 })),
    });
  const priceRequests = (usdPerRequest: number) =>
    tenant.person.api('PUT /api/prices', {
      body: { provider: 'openai', model: 'gpt-4o', inputUsdPerMillion: 0, outputUsdPerMillion: 0, usdPerRequest },
    });
  /** A key that fails, and behind it one whose money another call has reserved until `release`. */
  const withReservedMoney = async (behaviour: FakeBehaviour = 'overloaded') => {
    await priceRequests(1);
    const failing = await tenant.addKey('openai', behaviour);
    const gate = Promise.withResolvers<void>();
    const upstream = await startLoopbackServer(async (_incoming, response) => {
      await gate.promise;
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    });
    closing.push(upstream);
    const limited = await tenant.addKeyAt(upstream.port, { monthlyBudgetUsd: 1.5 });
    const other = ask((await issueFor([limited])).secret);
    await vi.waitFor(() => expect(upstream.connections).toBe(1), soon);
    const waiting = vi.spyOn(services().limits.budgets, 'hold');
    return {
      failing,
      limited,
      upstream,
      issued: await issueFor([failing, limited]),
      untilItWaits: () => vi.waitFor(() => expect(waiting).toHaveBeenCalledTimes(1), soon),
      release: async () => {
        gate.resolve();
        expect((await other).status).toBe(200);
      },
    };
  };

  it('have a final one when the client leaves before the next begins', async () => {
    const { failing, upstream, issued, untilItWaits, release } = await withReservedMoney();
    const outgoing = request(test.target.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${issued.secret}`, 'content-type': 'application/json' },
    });
    outgoing.on('error', () => undefined);
    outgoing.end(JSON.stringify(chat));
    await untilItWaits();
    outgoing.destroy();
    expect(await tenant.attempt({ virtualKeyId: issued.virtualKey.id })).toMatchObject({
      isFinal: true,
      keyId: failing,
      errorCode: 'overloaded',
      costUsd: '0.000000000',
    });
    await release();
    expect(upstream.connections, 'the other call alone').toBe(1);
  });

  it('have a final one when the next finds no money after it has waited; the client hears of the first', async () => {
    const { failing, issued, untilItWaits, release } = await withReservedMoney();
    const asked = ask(issued.secret);
    await untilItWaits();
    await priceRequests(2);
    await release();
    const reply = await asked;
    expect(reply).toMatchObject({ status: 503, json: { error: { code: 'server_is_overloaded' } } });
    expect(await tenant.attempt(reply)).toMatchObject({ isFinal: true, keyId: failing });
    const { totals } = await tenant.person.api('GET /api/usage/summary', { query: { groupBy: 'key' } });
    expect(totals).toMatchObject({ requests: 2, attempts: 2, errors: 1 });
  });

  it('give back their money and tell of their failure before the next one waits', async () => {
    const { failing, limited, issued, untilItWaits, release } = await withReservedMoney('no_quota');
    const { virtualKey } = issued;
    const params = { id: virtualKey.id };
    await tenant.person.api('PUT /api/virtual-keys/{id}', {
      params,
      body: { budgets: [{ usd: 5, period: 'day' }] },
    });
    const asked = ask(issued.secret);
    await untilItWaits();
    const { activeWorkspaceId } = await tenant.person.api('GET /api/me');
    const resting = services().keyHealth.resting(brand<'Workspace'>(activeWorkspaceId));
    expect(resting).toMatchObject([{ credentialId: failing }]);
    const { budgets } = await tenant.person.api('GET /api/virtual-keys/{id}', { params });
    expect(budgets[0]).toMatchObject({ spentUsd: '0.000000000', heldUsd: '0.000000000' });
    await release();
    expect((await asked).status).toBe(200);
    expect(await tenant.attempts(await asked)).toMatchObject([
      { attempt: 1, keyId: failing, isFinal: false },
      { attempt: 2, keyId: limited, isFinal: true },
    ]);
  });

  it('are what they were when the process is killed while the next one waits', async () => {
    const { failing, issued, untilItWaits, release } = await withReservedMoney();
    const asked = ask(issued.secret);
    await untilItWaits();
    // What a killed process leaves: the files as they are in that moment.
    const directory = await mkdtemp(join(tmpdir(), 'akm-killed-'));
    await cp(join(services().config.dataDirectory, 'journal'), directory, { recursive: true });
    const rows: EventRow[] = [];
    const write = async (batch: readonly EventRow[]) => rows.push(...batch) && batch.length;
    await recoverJournal({ directory, instance: 'next', write, setAside: async () => undefined, nowMs: Date.now() });
    await rm(directory, { recursive: true });
    expect(rows.filter(({ virtual_key_id: id }) => id === issued.virtualKey.id)).toMatchObject([
      { credential_id: failing, outcome: 'error', error_code: 'overloaded', is_final: 1, cost_nano_usd: 0 },
    ]);
    await release();
    expect((await asked).status).toBe(200);
    expect(await tenant.attempts(await asked), 'and once all the same').toMatchObject([
      { attempt: 1, keyId: failing, isFinal: false, costUsd: '0.000000000' },
      { attempt: 2, isFinal: true },
    ]);
  });

  it('have a final one when the next cannot be written down', async () => {
    const ids = [await tenant.addKey('openai', 'overloaded'), await tenant.addKey('openai')];
    const { secret } = await issueFor(ids);
    const { usage } = services();
    const open = usage.open.bind(usage);
    vi.spyOn(usage, 'open')
      .mockImplementationOnce(open)
      .mockImplementationOnce(() => {
        throw new JournalUnavailable('the disk is full');
      });
    const reply = await ask(secret);
    expect(reply.status).toBe(503);
    expect(await tenant.attempt(reply)).toMatchObject({ isFinal: true, keyId: ids[0] });
  });

  it('go on past a key that cannot serve, and are counted without it', async () => {
    const ids = ['overloaded', 'valid', 'valid'] as const;
    const [failing = '', damaged = '', good = ''] = await Promise.all(ids.map((id) => tenant.addKey('openai', id)));
    const { kysely } = services().database;
    const versions = kysely.updateTable('credential_versions').set({ envelope: 'not an envelope' });
    await versions.where('credential_id', '=', brand<'Credential'>(damaged)).execute();
    const { secret } = await issueFor([failing, damaged, good]);
    const reply = await ask(secret);
    expect(reply.status).toBe(200);
    expect(await tenant.attempts(reply)).toMatchObject([
      { attempt: 1, keyId: failing, isFinal: false },
      { attempt: 2, keyId: good, isFinal: true },
    ]);
  });

  describe('end in the log when the gateway itself fails', () => {
    it('before anything has left: nothing is charged', async () => {
      await priceRequests(1);
      const { secret, virtualKey } = await issueFor([await tenant.addKey('openai')]);
      const { usage } = services();
      const open = usage.open.bind(usage);
      vi.spyOn(usage, 'open').mockImplementationOnce((record) => {
        open(record);
        vi.spyOn(CallStop.prototype, 'onStop').mockImplementationOnce(() => {
          throw new Error('injected');
        });
      });
      expect((await ask(secret)).status).toBe(500);
      expect(await tenant.attempt({ virtualKeyId: virtualKey.id })).toMatchObject({
        outcome: 'error',
        errorCode: 'internal',
        isFinal: true,
        inputTokens: 0,
        costUsd: '0.000000000',
      });
      expect(test.fake.requests).toHaveLength(0);
    });

    it('after the provider has answered: what it may bill is estimated', async () => {
      await priceRequests(1);
      const { secret, virtualKey } = await issueFor([await tenant.addKey('openai')]);
      vi.spyOn(services().prices, 'priceLines').mockImplementation(() => {
        throw new Error('injected');
      });
      expect((await ask(secret)).status).toBe(500);
      expect(await tenant.attempt({ virtualKeyId: virtualKey.id })).toMatchObject({
        outcome: 'error',
        isFinal: true,
        usageState: 'estimated',
        costUsd: '1.000000000',
      });
      expect(test.fake.requests).toHaveLength(1);
    });
  });
});

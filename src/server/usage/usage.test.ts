import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WorkspaceId } from '../../contract/ids.ts';
import type { Role } from '../../contract/permissions.ts';
import { testEngines } from '../../testing/test-database.ts';
import { makeSecret, type Person, type Reply, startTestServer, type TestServer } from '../../testing/test-server.ts';
import { makeEvent, recordEvents } from '../../testing/usage-fixture.ts';
import { makeOpen, makeSettle } from '../../testing/usage-records.ts';
import { brand, newId } from '../ids.ts';
import type { EventRow } from './event-rows.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** For what the database is late with. */
const WAIT = { timeout: 20_000, interval: 50 };
const start = Date.UTC(2026, 9, 24);
const time = (ms: number): string => new Date(ms).toISOString();

describe.each(testEngines())('usage on $engine', (engine) => {
  let target: TestServer;
  const people = {} as Record<Role, Person>;
  let another: Person;
  let workspaceId: WorkspaceId;
  let keyId: string;
  let virtualKeyId: string;

  const record = (events: readonly EventRow[]) => recordEvents(target.server.services.database.kysely, events);
  const ask = (person: Person, path: string, query: Record<string, string | number> = {}): Promise<Reply> =>
    target.call(
      `GET /api/usage/${path}?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))}`,
      {
        token: person.token,
        headers: { 'x-workspace-id': workspaceId },
      },
    );
  const join = async (role: Role): Promise<Person> => {
    const person = await target.newPerson();
    const member = { workspace_id: workspaceId, user_id: brand<'User'>(person.userId), role, state: 'active' as const };
    await target.server.services.database.kysely
      .insertInto('members')
      .values({ ...member, created_at: 1 })
      .execute();
    return person;
  };
  const call = (fields: Partial<EventRow> = {}): EventRow => makeEvent({ workspace_id: workspaceId, ...fields });

  beforeAll(async () => {
    target = await startTestServer(engine);
    people.owner = await target.newPerson();
    const { api } = people.owner;
    workspaceId = brand<'Workspace'>((await api('GET /api/me')).activeWorkspaceId);
    for (const role of ['admin', 'member', 'viewer'] as const) people[role] = await join(role);
    another = await join('member');
    keyId = (await api('POST /api/keys', { body: { provider: 'openai', name: 'Main', secret: makeSecret() } })).id;
    virtualKeyId = (await api('POST /api/virtual-keys', { body: { name: 'Laptop', keyIds: 'all' } })).virtualKey.id;
  });
  afterAll(() => target.dispose());

  describe('of several people', () => {
    const from = Date.UTC(2026, 2, 1);
    const span = { from: time(from), to: time(from + DAY_MS) };
    let own: EventRow;
    let others: EventRow;
    beforeAll(async () => {
      own = call({ member_id: brand<'User'>(people.member.userId), time: from, cost_nano_usd: 5, tool: 'codex' });
      others = call({ member_id: brand<'User'>(another.userId), time: from + 1, cost_nano_usd: 7, tool: 'codex' });
      await record([own, others, call({ time: from + 2, cost_nano_usd: 11 })]);
    });

    it.each(['owner', 'admin'] as const)('%s sees the calls of everybody', async (role) => {
      expect((await ask(people[role], 'summary', span)).json.totals).toMatchObject({
        attempts: 3,
        costUsd: '0.000000023',
      });
      expect((await ask(people[role], 'events', span)).json.items).toHaveLength(3);
      expect((await ask(people[role], `events/${others.id}`)).json.id).toBe(others.id);
    });

    it('a member sees their own calls only, in every answer', async () => {
      const { member } = people;
      const summary = await ask(member, 'summary', { ...span, groupBy: 'member' });
      expect(summary.json.totals).toMatchObject({ attempts: 1, costUsd: '0.000000005', latencyMsP50: 100 });
      expect(summary.json.rows).toMatchObject([{ id: member.userId, label: member.email }]);
      const series = await ask(member, 'series', { ...span, groupBy: 'tool' });
      expect(series.json.points).toMatchObject([{ attempts: 1, costUsd: '0.000000005' }]);
      const log = await ask(member, 'events', span);
      expect(log.json.items.map(({ id }: { id: string }) => id)).toEqual([own.id]);
      const csv = await ask(member, 'export', span);
      for (const { text } of [summary, series, log, csv]) {
        expect(text).not.toContain(another.userId);
        expect(text).not.toContain(another.email);
        expect(text).not.toContain(others.id);
      }
      expect((await ask(member, `events/${own.id}`)).json.id).toBe(own.id);
      const hidden = await ask(member, `events/${others.id}`);
      expect(hidden.status).toBe(404);
      expect(hidden.text).toBe((await ask(member, `events/${newId('UsageEvent')}`)).text);
    });

    it.each(['member', 'viewer'] as const)("a %s who asks for somebody else's calls gets none", async (role) => {
      const asked = { ...span, memberId: another.userId };
      expect((await ask(people[role], 'summary', asked)).json.totals.attempts).toBe(0);
      expect((await ask(people[role], 'events', asked)).json.items).toEqual([]);
      expect((await ask(people[role], 'export', asked)).text.trim().split('\r\n')).toHaveLength(1);
      expect((await ask(people.owner, 'events', asked)).json.items).toHaveLength(1);
    });

    it('nobody sees the calls of another workspace', async () => {
      const stranger = await target.newPerson();
      const { items } = await stranger.api('GET /api/usage/events', { query: span });
      expect(items).toEqual([]);
      const reply = await target.call(`GET /api/usage/events/${own.id}`, { token: stranger.token });
      expect(reply.json).toMatchObject({ error: { code: 'not_found' } });
    });
  });

  describe('in sums', () => {
    it('a model is one group however the client spelled it, and what no provider knows as one is none', async () => {
      const from = Date.UTC(2026, 7, 1);
      const unknown = { error_code: 'unknown_model', outcome: 'error', http_status: 404 } as const;
      await record([
        call({ time: from, model: 'gpt-4o', upstream_model: 'gpt-4o', cost_nano_usd: 3 }),
        call({ time: from, model: 'openai/gpt-4o', upstream_model: 'gpt-4o', cost_nano_usd: 4 }),
        call({ time: from, model: 'fast', upstream_model: 'gpt-4o', cost_nano_usd: 5 }),
        call({ time: from, model: 'asked', upstream_model: null, cost_nano_usd: 2 }),
        call({ time: from, model: 'invented-1', upstream_model: 'invented-1', ...unknown }),
        call({ time: from, model: 'invented-2', upstream_model: 'invented-2', ...unknown }),
      ]);
      const span = { from: time(from), to: time(from + HOUR_MS) };
      const { rows } = (await ask(people.owner, 'summary', { ...span, groupBy: 'model' })).json;
      const told = rows.map(({ id, requests, errors }: Record<string, unknown>) => [id, requests, errors]);
      expect(told).toEqual([
        ['gpt-4o', 3, 0],
        ['asked', 1, 0],
        [null, 2, 2],
      ]);
      const { totals } = (await ask(people.owner, 'summary', { ...span, model: 'gpt-4o' })).json;
      expect(totals).toMatchObject({ requests: 3, costUsd: '0.000000012', latencyMsP50: expect.any(Number) });
      const { items } = (await ask(people.owner, 'events', { ...span, model: 'gpt-4o' })).json;
      expect(items.map(({ model }: { model: string }) => model).toSorted()).toEqual([
        'fast',
        'gpt-4o',
        'openai/gpt-4o',
      ]);
      const stored = await target.server.services.database.kysely
        .selectFrom('usage_sums')
        .select('value')
        .where('dimension', '=', 'model')
        .where('starts_at', '=', from)
        .execute();
      expect(stored.map(({ value }) => value)).not.toContain('invented-1');
    });

    it('a model that is called as the rest of a chart is told from it', async () => {
      const from = Date.UTC(2026, 8, 1);
      const names = ['other', ...Array.from({ length: 9 }, (_, index) => `model-${index}`)];
      await record(
        names.map((name, index) => call({ time: from, model: name, upstream_model: name, cost_nano_usd: 100 - index })),
      );
      const query = { from: time(from), to: time(from + HOUR_MS), interval: 'hour', groupBy: 'model' };
      const { groups, points } = (await ask(people.owner, 'series', query)).json;
      expect(groups).toHaveLength(9);
      expect(groups[0]).toEqual({ id: 'other', label: 'other', isOther: false });
      expect(groups[8]).toEqual({ id: null, label: 'other', isOther: true });
      expect(points[8]).toMatchObject({ group: 8, requests: 2, costUsd: '0.000000183' });
    });

    it('groups go by the names they have now, or by their ids where they are gone', async () => {
      const from = Date.UTC(2026, 3, 1);
      const gone = newId('VirtualKey');
      const trashed = await people.owner.api('POST /api/keys', {
        body: { provider: 'anthropic', name: 'Old one', secret: makeSecret() },
      });
      await people.owner.api('DELETE /api/keys/{id}', { params: { id: trashed.id } });
      const known = { credential_id: brand<'Credential'>(keyId), virtual_key_id: brand<'VirtualKey'>(virtualKeyId) };
      await record([
        call({ ...known, time: from, cost_nano_usd: 3 }),
        call({
          credential_id: brand<'Credential'>(trashed.id),
          virtual_key_id: gone,
          time: from,
          provider: 'anthropic',
        }),
      ]);
      const span = { from: time(from), to: time(from + DAY_MS) };
      const rows = async (groupBy: string, person = people.owner) =>
        (await ask(person, 'summary', { ...span, groupBy })).json.rows.map(
          ({ id, label }: { id: string | null; label: string }) => [id, label],
        );
      expect(await rows('key')).toEqual([
        [keyId, 'Main'],
        [trashed.id, 'Old one'],
      ]);
      expect(await rows('virtualKey')).toEqual([
        [virtualKeyId, 'Laptop'],
        [gone, gone],
      ]);
      expect(await rows('provider')).toEqual([
        ['openai', 'OpenAI'],
        ['anthropic', 'Anthropic'],
      ]);
      expect(await rows('tool')).toEqual([[null, '']]);
    });

    it('the cost of nothing is zero, and of calls without any price unknown', async () => {
      const from = Date.UTC(2026, 4, 1);
      const unpriced = { time: from, cost_nano_usd: null };
      await record([
        call({ ...unpriced, model: 'a' }),
        call({ ...unpriced, model: 'b' }),
        call({ time: from, model: 'b' }),
      ]);
      const span = { from: time(from), to: time(from + DAY_MS) };
      const { rows } = (await ask(people.owner, 'summary', { ...span, groupBy: 'model' })).json;
      expect(Object.fromEntries(rows.map((row: { id: string; costUsd: string }) => [row.id, row.costUsd]))).toEqual({
        a: null,
        b: '0.000000000',
      });
      const empty = { from: time(from - DAY_MS), to: time(from) };
      expect((await ask(people.owner, 'summary', empty)).json.totals).toMatchObject({
        costUsd: '0.000000000',
        requests: 0,
        latencyMsAverage: null,
        latencyMsP95: null,
      });
    });

    it('an attempt that was tried again counts as an attempt, and its request once', async () => {
      const from = Date.UTC(2026, 5, 1);
      const first = call({ time: from, is_final: 0, outcome: 'error', http_status: 429 });
      await record([first, call({ time: from + 5, attempt: 2, request_id: first.request_id })]);
      const span = { from: time(from), to: time(from + HOUR_MS) };
      expect((await ask(people.owner, 'summary', span)).json.totals).toMatchObject({
        requests: 1,
        attempts: 2,
        errors: 0,
      });
      const { items } = (await ask(people.owner, 'events', { requestId: first.request_id })).json;
      expect(items).toMatchObject([
        { attempt: 2, isFinal: true, outcome: 'ok' },
        { attempt: 1, isFinal: false, outcome: 'error', httpStatus: 429 },
      ]);
    });

    it('spans are whole hours: back to the hour from which, forward to the hour until which', async () => {
      const reply = await ask(people.owner, 'summary', {
        from: '2026-06-01T10:59:59Z',
        to: '2026-06-01T11:00:01+00:00',
      });
      expect(reply.json).toMatchObject({ from: '2026-06-01T10:00:00.000Z', to: '2026-06-01T12:00:00.000Z' });
    });
  });

  describe('over time', () => {
    const series = (query: Record<string, string>) => ask(people.owner, 'series', query);

    it('a day has the hours that the zone gives it', async () => {
      // Berlin puts its clocks back in the night to 25 October: that day has 25 hours.
      const hours = Array.from({ length: 4 * 24 }, (_, hour) => call({ time: start + hour * HOUR_MS }));
      await record(hours);
      const query = { from: '2026-10-24T00:00:00+02:00', to: '2026-10-27T00:00:00+01:00', timeZone: 'Europe/Berlin' };
      const { points } = (await series(query)).json;
      expect(points.map(({ time: at, requests }: { time: string; requests: number }) => [at, requests])).toEqual([
        ['2026-10-23T22:00:00.000Z', 22],
        ['2026-10-24T22:00:00.000Z', 25],
        ['2026-10-25T23:00:00.000Z', 24],
      ]);
    });

    it('clocks put back over midnight lengthen the day before', async () => {
      const query = { from: '2026-10-24T00:00:00+03:00', to: '2026-10-26T00:00:00+02:00', timeZone: 'Asia/Beirut' };
      const { points } = (await series(query)).json;
      expect(points.map(({ time: at, requests }: { time: string; requests: number }) => [at, requests])).toEqual([
        ['2026-10-23T21:00:00.000Z', 22],
        ['2026-10-24T22:00:00.000Z', 24],
      ]);
    });

    it('an hour in which the day changes counts to the day in which it begins', async () => {
      const query = { from: '2026-10-24T12:00:00Z', to: '2026-10-25T12:00:00Z', timeZone: 'Asia/Kolkata' };
      const { points } = (await series(query)).json;
      expect(points.map(({ time: at, requests }: { time: string; requests: number }) => [at, requests])).toEqual([
        ['2026-10-23T18:30:00.000Z', 7],
        ['2026-10-24T18:30:00.000Z', 17],
      ]);
    });

    it('eight groups are told apart and the others are one', async () => {
      const from = Date.UTC(2026, 6, 1);
      const models = Array.from({ length: 11 }, (_, index) => `model-${index}`);
      await record(models.map((model, index) => call({ model, time: from, cost_nano_usd: 100 - index })));
      const query = { from: time(from), to: time(from + 2 * HOUR_MS), interval: 'hour', groupBy: 'model' };
      const { groups, points } = (await series(query)).json;
      expect(groups.map(({ id }: { id: string }) => id)).toEqual([...models.slice(0, 8), null]);
      expect(points).toHaveLength(18);
      expect(points[8]).toMatchObject({ group: 8, requests: 3, costUsd: '0.000000273' });
      expect(points[17]).toMatchObject({ group: 8, requests: 0, time: time(from + HOUR_MS) });
    });

    it.each([
      ['a zone nobody has', { timeZone: 'Mars/Olympus' }, 'time_zone_unknown', 'Asia/Shanghai'],
      [
        'a span that ends before it begins',
        { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' },
        'invalid_input',
        'before',
      ],
      [
        'more points than a chart can have',
        { from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z', interval: 'hour' },
        'invalid_input',
        'at most 7000 hours',
      ],
      [
        'more points with groups',
        { from: '2023-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z', groupBy: 'model' },
        'invalid_input',
        'at most 777 days with groups',
      ],
    ])('refuses %s and says why', async (_, query, code, words) => {
      const reply = await series(query as Record<string, string>);
      expect(reply.status).toBe(422);
      expect(reply.json).toMatchObject({ error: { code } });
      expect(reply.text).toContain(words);
    });
  });

  describe('in the log', () => {
    const from = Date.UTC(2026, 7, 1);
    const span = { from: time(from), to: time(from + DAY_MS) };

    it('pages give every call of one moment exactly once', async () => {
      const calls = Array.from({ length: 23 }, () => call({ time: from, model: 'paged' }));
      await record(calls);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const query: Record<string, string> = {
          ...span,
          model: 'paged',
          limit: '5',
          ...(cursor === null ? {} : { cursor }),
        };
        const page = (await ask(people.owner, 'events', query)).json;
        seen.push(...page.items.map(({ id }: { id: string }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(
        calls
          .map(({ id }) => id)
          .toSorted()
          .toReversed(),
      );
    });

    it('a cursor that no list gave is refused', async () => {
      for (const cursor of ['x', '1', `${from}.key_${'0'.repeat(26)}`, "1.use_' or 1=1"]) {
        const reply = await ask(people.owner, 'events', { cursor });
        expect(reply.json).toMatchObject({ error: { code: 'invalid_input', details: [{ path: 'cursor' }] } });
      }
    });

    it('a call tells what it was billed for, at which prices, and by which names', async () => {
      const tokens = { inputUncached: 900, cacheRead: 100, output: 50, reasoning: 0 };
      const unitPrices = {
        inputUncached: 2_500_000_000,
        cacheRead: 1_250_000_000,
        output: 10_000_000_000,
        reasoning: null,
      };
      const event = call({
        time: from,
        credential_id: brand<'Credential'>(keyId),
        virtual_key_id: brand<'VirtualKey'>(virtualKeyId),
        member_id: brand<'User'>(people.member.userId),
        input_tokens: 1000,
        cost_nano_usd: 2_875_000,
        lines: JSON.stringify([
          { model: 'gpt-4o', tokens, unitPrices: { ...unitPrices, perRequest: 0, source: 'override' } },
        ]),
      });
      await record([event]);
      const { json } = await ask(people.owner, `events/${event.id}`);
      expect(json).toMatchObject({
        keyName: 'Main',
        virtualKeyName: 'Laptop',
        memberLabel: people.member.email,
        costUsd: '0.002875000',
        priceState: 'priced',
        time: time(from),
      });
      expect(json.lines).toEqual([
        {
          model: 'gpt-4o',
          tokens,
          usdPerMillion: { inputUncached: 2.5, cacheRead: 1.25, output: 10, reasoning: null },
        },
      ]);
      // The role may not see the keys of the workspace, so their names are not told either.
      const own = await ask(people.member, `events/${event.id}`);
      expect(own.json).toMatchObject({ keyId, keyName: null, virtualKeyName: 'Laptop' });
      expect(own.text).not.toContain('Main');
    });
  });

  describe('as CSV', () => {
    const from = Date.UTC(2026, 8, 1);
    const span = { from: time(from), to: time(from + DAY_MS) };

    it('every call is a line, and no cell is taken for a formula', async () => {
      const odd = {
        model: '=cmd|"calc"!A1',
        error_detail: 'two\nlines, "quoted"',
        tool: '@tool',
        outcome: 'error' as const,
      };
      await record([
        call({ time: from, ...odd, cost_nano_usd: null }),
        call({ time: from + 1, latency_ms: 42, input_tokens: 7 }),
      ]);
      const reply = await ask(people.owner, 'export', span);
      expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      const [header = '', newest = '', oldest = ''] = reply.text.split('\r\n');
      expect(header.startsWith('time,id,requestId,attempt,isFinal,')).toBe(true);
      expect(newest).toContain(time(from + 1));
      expect(newest).toContain(',0.000000000,exact,priced,42,');
      expect(oldest).toContain(`,"'=cmd|""calc""!A1",`);
      expect(oldest).toContain(`,'@tool,`);
      expect(oldest).toContain('"two\nlines, ""quoted"""');
      expect(oldest).toContain(',,exact,unpriced,');
      expect(reply.text).not.toMatch(/(?:^|,)"?[=+@-]/m);
      expect(reply.text.endsWith('\r\n')).toBe(true);
    });

    it('an export of more than a page holds every call once, newest first', async () => {
      const calls = Array.from({ length: 2300 }, (_, index) =>
        call({ time: from - DAY_MS + (index >> 2), tool: 'bulk' }),
      );
      await record(calls);
      const reply = await ask(people.owner, 'export', { from: time(from - DAY_MS), to: time(from), tool: 'bulk' });
      const ids = reply.text
        .trim()
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(',')[1]);
      const expected = calls.toSorted((a, b) => b.time - a.time || (a.id < b.id ? 1 : -1)).map(({ id }) => id);
      expect(ids).toEqual(expected);
    });

    it('is refused as anything else where the question is wrong', async () => {
      const reply = await ask(people.owner, 'export', { from: time(from), to: time(from - 1) });
      expect(reply.status).toBe(422);
      expect(reply.json).toMatchObject({ error: { code: 'invalid_input' } });
    });
  });

  it('the state of recording says what waits, what the last start found, and which keys rest', async () => {
    const reply = await ask(people.owner, 'status');
    expect(reply.json).toMatchObject({
      pendingRecords: 0,
      lastError: null,
      recovery: { damagedBytes: 0 },
      restingKeys: [],
    });
  });

  it('what the database says of its trouble is in the log and not in a reply', async () => {
    const { usage, database } = target.server.services;
    const open = makeOpen({ workspaceId, timeMs: Date.UTC(2026, 0, 1) });
    await database.kysely.schema.alterTable('usage_sums').renameTo('usage_sums_away').execute();
    try {
      usage.open(open);
      usage.settle(makeSettle(open, 1));
      await vi.waitFor(async () => {
        const reply = await ask(people.owner, 'status');
        expect(reply.json.lastError).toMatch(/^the database does not take what is recorded/);
        expect(reply.text).not.toContain('usage_sums');
      }, WAIT);
      expect(target.logs.join('')).toContain('usage_sums');
    } finally {
      await database.kysely.schema.alterTable('usage_sums_away').renameTo('usage_sums').execute();
    }
    await vi.waitFor(async () => expect((await ask(people.owner, 'status')).json.lastError).toBeNull(), WAIT);
  }, 60_000);
});

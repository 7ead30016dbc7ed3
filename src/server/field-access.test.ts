import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../contract/client.ts';
import { operations } from '../contract/operations.ts';
import { usageGroups } from '../contract/vocabulary.ts';
import { type FakeProvider, startFakeProvider } from '../testing/fake-provider/fake-provider.ts';
import { newTeam, type Team } from '../testing/team.ts';
import { testEngines } from '../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../testing/test-server.ts';
import { recordBudgetAlert } from './alerts/record-budget-alert.ts';
import { brand } from './ids.ts';

const reads = Object.keys(operations).filter((name) => name.startsWith('GET '));
const chatModels = ['gpt-4o', 'gpt-4o-mini'];

describe.each(testEngines())('what a reply tells to whom, on $engine', (engine) => {
  let target: TestServer;
  let fake: FakeProvider;
  let team: Team;
  const people = {} as Record<'admin' | 'colleague' | 'member' | 'viewer' | 'invited', Person>;
  let program: string;
  /** Where something is planted that has a name, and its id. */
  const planted = {} as Record<string, string>;
  /** What stands in the workspace and is not everybody's to know, by what it is. */
  const canaries = {} as Record<'key' | 'virtualKey' | 'cost' | 'mail', string[]>;
  let keySecret: string;

  beforeAll(async () => {
    fake = await startFakeProvider();
    target = await startTestServer(engine);
    team = await newTeam(target);
    for (const role of ['admin', 'member', 'viewer'] as const) people[role] = await team.join(role);
    people.colleague = await team.join('member');
    people.invited = await target.newPerson();
    program = (await team.addProgram({ mayCopy: true })).token;
    const key = await plantKey();
    const ofOwner = await plantVirtualKey(team.api, key.id, 'canary-of-owner');
    await team.grant(key.id, { kind: 'user', id: people.colleague.userId }, 'use');
    const ofColleague = await plantVirtualKey(people.colleague.in(team.workspaceId), key.id, 'canary-of-colleague');
    const costs = await plantCalls([ofOwner, ofColleague]);
    await recordBudgetAlert(target.server.services, {
      workspaceId: brand<'Workspace'>(team.workspaceId),
      subject: { kind: 'virtualKey', id: brand<'VirtualKey'>(ofOwner.id), label: 'canary-of-owner' },
      period: 'month',
      windowStartMs: 0,
      threshold: 80,
      spentNanoUsd: 8_111_111_111,
      limitNanoUsd: 9_111_111_111,
    });
    await team.api('POST /api/invitations', { body: { role: 'viewer', email: people.invited.email } });
    await team.api('POST /api/keys/{id}/copy', { params: { id: brand<'Credential'>(key.id) } });
    Object.assign(canaries, {
      key: ['canary-key-name', 'canary-key-note', 'canary-key-tag', key.preview],
      virtualKey: ['canary-of-owner', 'canary-of-colleague'],
      cost: [...costs, '8.111111111', '9.111111111'],
      mail: [team.owner, people.admin, people.colleague, people.invited].map(({ email }) => email),
    });
  });
  afterAll(async () => {
    await target.dispose();
    await fake.close();
  });

  async function plantKey(): Promise<{ id: string; preview: string }> {
    keySecret = fake.secret('valid');
    const body = { provider: 'openai', secret: keySecret, baseUrl: fake.urlOf('openai') };
    const text = { name: 'canary-key-name', note: 'canary-key-note', tags: ['canary-key-tag'] };
    const { id, preview } = await team.api('POST /api/keys', { body: { ...body, ...text } });
    await team.api('PUT /api/prices', {
      body: { provider: 'openai', model: 'gpt-4o', inputUsdPerMillion: 7.7777, outputUsdPerMillion: 13.1313 },
    });
    planted['/api/keys'] = id;
    return { id, preview };
  }

  async function plantVirtualKey(api: Client, keyId: string, name: string) {
    const keyIds = [brand<'Credential'>(keyId)];
    const made = await api('POST /api/virtual-keys', { body: { name, keyIds } });
    planted['/api/virtual-keys'] ??= made.virtualKey.id;
    return { id: `${made.virtualKey.id}`, secret: made.secret };
  }

  /** Real calls, each of a model with another price; the cost of all together and those of the single ones. */
  async function plantCalls(keys: readonly { secret: string }[]): Promise<string[]> {
    for (const [index, { secret }] of keys.entries()) {
      const messages = [{ role: 'user', content: 'Hi' }];
      const call = { headers: { authorization: `Bearer ${secret}` }, body: { model: chatModels[index], messages } };
      expect((await target.call('POST /v1/chat/completions', call)).status).toBe(200);
    }
    const { items } = await team.api('GET /api/usage/events');
    planted['/api/usage/events'] = items[0]?.id ?? '';
    const { totals } = await team.api('GET /api/usage/summary');
    return [totals.costUsd, ...items.map(({ costUsd }) => costUsd)].map((cost) => cost ?? 'no cost');
  }

  /** Every way to read this operation: as it is, by each grouping, and of what is planted. */
  function pathsOf(name: string): string[] {
    const [, template = ''] = name.split(' ');
    if (template.startsWith('/api/usage/s')) return [template, ...usageGroups.map((by) => `${template}?groupBy=${by}`)];
    if (template === '/api/keys') return [template, `${template}?status=trashed`, `${template}?q=canary`];
    if (!template.includes('{')) return [template];
    const place = Object.keys(ids()).find((prefix) => template.startsWith(`${prefix}/{`));
    if (place === undefined) throw new Error(`nothing is planted for ${name}`);
    return [template.replace(/\{\w+\}/, ids()[place] ?? '')];
  }
  const ids = (): Record<string, string> => ({
    ...planted,
    '/api/members': team.owner.userId,
    '/api/service-accounts': planted['/api/service-accounts'] ?? `sa_${'0'.repeat(26)}`,
  });

  /** Everything that somebody can read, by path. */
  async function readAll(token: string): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const headers = { 'x-workspace-id': team.workspaceId };
    for (const path of reads.flatMap(pathsOf)) {
      found.set(path, (await target.call(`GET ${path}`, { token, headers })).text);
    }
    return found;
  }

  function findCanaries(found: ReadonlyMap<string, string>, kinds: readonly (keyof typeof canaries)[]): string[] {
    return [...found].flatMap(([path, text]) =>
      kinds.flatMap((kind) => canaries[kind].filter((canary) => text.includes(canary)).map((one) => `${path}: ${one}`)),
    );
  }
  const every = ['key', 'virtualKey', 'cost', 'mail'] as const;

  it('an owner and an admin find everything that is planted', async () => {
    for (const person of [team.owner, people.admin]) {
      const whole = [...(await readAll(person.token)).values()].join('\n');
      for (const canary of Object.values(canaries).flat()) expect(whole).toContain(canary);
      expect(whole).not.toContain(keySecret);
    }
  });

  it('a member without a grant finds no key, virtual key, cost or e-mail of others', async () => {
    const found = await readAll(people.member.token);
    expect(findCanaries(found, every)).toEqual([]);
    expect(found.get('/api/me'), 'their own e-mail').toContain(people.member.email);
  });

  it('a member who may use one key finds it, what they made and what they spent, and nothing of others', async () => {
    const found = await readAll(people.colleague.token);
    const [total = '', ...single] = canaries.cost;
    const foreign = ['canary-of-owner', total, '8.111111111'];
    const mails = canaries.mail.filter((mail) => mail !== people.colleague.email);
    for (const [path, text] of found) {
      for (const hidden of [...foreign, ...mails]) expect(text, `${path}`).not.toContain(hidden);
    }
    const whole = [...found.values()].join('\n');
    for (const own of ['canary-key-name', 'canary-of-colleague', people.colleague.email]) expect(whole).toContain(own);
    expect(single.filter((cost) => whole.includes(cost))).toHaveLength(1);
  });

  it('a viewer finds the keys, and no virtual key, cost or e-mail', async () => {
    const found = await readAll(people.viewer.token);
    expect(findCanaries(found, ['virtualKey', 'cost', 'mail'])).toEqual([]);
    expect(found.get('/api/keys')).toContain('canary-key-name');
  });

  it('a program without a grant finds none of it', async () => {
    const found = await readAll(program);
    expect(findCanaries(found, every)).toEqual([]);
    expect(found.get('/api/keys')).toContain('"items":[]');
  });

  it('a secret that is here already is told only to who may see the key that holds it', async () => {
    const body = { provider: 'openai', name: 'Again', secret: keySecret, baseUrl: fake.urlOf('openai') };
    const ask = async (person: Person) => {
      const api = person.in(team.workspaceId);
      const { provider, secret, baseUrl } = body;
      const tested = await api('POST /api/keys/test', { body: { provider, secret, baseUrl } });
      return JSON.stringify([tested, await api('POST /api/keys', { body })]);
    };
    expect(await ask(people.member)).not.toContain('canary');
    expect(await ask(people.admin)).toContain('canary-key-name');
  });
});

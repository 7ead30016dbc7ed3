import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../contract/operation.ts';
import { operations } from '../contract/operations.ts';
import { newTeam, type Team } from '../testing/team.ts';
import { testEngines } from '../testing/test-database.ts';
import { type Person, startTestServer, type TestServer } from '../testing/test-server.ts';
import { brand } from './ids.ts';

const entries = Object.entries<Operation>(operations);
const closed = entries.filter(([, { permission }]) => permission !== 'public');
const inWorkspace = closed.filter(([, { permission }]) => permission !== 'account' && permission !== 'instance');

/** Who calls is looked at before what is asked, so that any path of the operation will do. */
const pathOf = (name: string): string => name.replace(/\{\w+\}/g, 'anything');

describe.each(testEngines())('who is shut out is shut out everywhere, on $engine', (engine) => {
  let target: TestServer;
  let team: Team;
  beforeAll(async () => {
    target = await startTestServer(engine, { LOG_LEVEL: 'silent' });
    team = await newTeam(target);
  });
  afterAll(() => target.dispose());

  const kysely = () => target.server.services.database.kysely;

  /** The codes that all of these operations answer with. */
  async function answers(operationsAsked: typeof entries, token: string, workspaceId = team.workspaceId) {
    const codes = new Map<string, string[]>();
    for (const [name] of operationsAsked) {
      const { status, json } = await target.call(pathOf(name), { token, headers: { 'x-workspace-id': workspaceId } });
      const code = json?.error?.code ?? `${status}`;
      codes.set(code, [...(codes.get(code) ?? []), name]);
    }
    expect([...codes.values()].flat()).toHaveLength(operationsAsked.length);
    return [...codes.keys()];
  }

  async function newAdmin(): Promise<Person> {
    const person = await team.join('admin');
    const { id } = await person.api('GET /api/sessions').then(({ items: [session] }) => session ?? { id: '' });
    expect(id, 'the control: the token works before').not.toBe('');
    return person;
  }
  const ofPerson = ({ userId }: Person) => brand<'User'>(userId);

  const endings: Record<string, (person: Person) => Promise<unknown>> = {
    'an account that is disabled': (person) =>
      kysely().updateTable('users').set({ state: 'disabled' }).where('id', '=', ofPerson(person)).execute(),
    'a session that has ended': (person) => person.api('POST /api/logout'),
    'a session that is over thirty days old': (person) =>
      kysely()
        .updateTable('sessions')
        .set({ expires_at: Date.now() - 1 })
        .where('user_id', '=', ofPerson(person))
        .execute(),
    'a session that has slept for a week': (person) =>
      kysely()
        .updateTable('sessions')
        .set({ last_seen_at: Date.now() - 7 * 86_400_000 - 1 })
        .where('user_id', '=', ofPerson(person))
        .execute(),
  };
  it.each(Object.keys(endings))('%s opens no operation', async (name) => {
    const person = await newAdmin();
    await endings[name]?.(person);
    expect(await answers(closed, person.token)).toEqual(['not_signed_in']);
  });

  const programEndings: Record<string, (id: string) => Promise<unknown>> = {
    'is disabled': (id) => change(id, { state: 'disabled' }),
    'is deleted': (id) =>
      team.api('DELETE /api/service-accounts/{id}', { params: { id: brand<'ServiceAccount'>(id) } }),
    'has its token revoked': (id) => expire(id, { revoked_at: Date.now() }),
    'has an expired token': (id) => expire(id, { expires_at: Date.now() - 1 }),
  };
  const change = (id: string, body: { state: 'disabled' }) =>
    team.api('PUT /api/service-accounts/{id}', { params: { id: brand<'ServiceAccount'>(id) }, body });
  const expire = (id: string, set: { revoked_at?: number; expires_at?: number }) =>
    kysely()
      .updateTable('service_tokens')
      .set(set)
      .where('service_account_id', '=', brand<'ServiceAccount'>(id))
      .execute();
  it.each(Object.keys(programEndings))('a program that %s calls no operation', async (name) => {
    const program = await team.addProgram({ mayCopy: true });
    const headers = { 'x-workspace-id': team.workspaceId };
    expect((await target.call('GET /api/keys', { token: program.token, headers })).status).toBe(200);
    await programEndings[name]?.(program.id);
    expect(await answers(closed, program.token)).toEqual(['not_signed_in']);
  });

  it('a workspace that asks for a second factor is closed to who signed in without one, by every operation', async () => {
    const strict = await newTeam(target);
    const person = await strict.join('admin');
    const asked = inWorkspace.length;
    expect(await answers(inWorkspace, person.token, strict.workspaceId)).not.toContain('two_factor_needed');
    const id = brand<'Workspace'>(strict.workspaceId);
    await kysely().updateTable('workspaces').set({ requires_two_factor: 1 }).where('id', '=', id).execute();
    expect(await answers(inWorkspace, person.token, strict.workspaceId)).toEqual(['two_factor_needed']);
    expect(asked).toBeGreaterThan(60);
  });

  it('a workspace that is deleted is missing to its owners, by every operation', async () => {
    const gone = await newTeam(target);
    const person = await gone.join('owner');
    await gone.api('DELETE /api/workspace');
    for (const { token } of [gone.owner, person]) {
      expect(await answers(inWorkspace, token, gone.workspaceId)).toEqual(['not_found']);
    }
  });
});

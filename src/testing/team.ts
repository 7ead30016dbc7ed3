import type { Client } from '../contract/client.ts';
import type { AccessLevel, Role } from '../contract/permissions.ts';
import { brand } from '../server/ids.ts';
import type { Person, TestServer } from './test-server.ts';

/** To whom a level is given. */
export type GrantTo =
  | { kind: 'user'; id: string }
  | { kind: 'group'; id: string }
  | { kind: 'serviceAccount'; id: string }
  | { kind: 'everyone' };

/** A program of the team with a token that works. */
interface Program {
  readonly id: string;
  readonly token: string;
}

/** A team workspace with people in it, made as people make one: by invitations. */
export interface Team {
  readonly workspaceId: string;
  readonly owner: Person;
  /** As the owner, in the workspace. */
  readonly api: Client;
  /** Somebody new who has accepted an invitation to this role. */
  join(role: Role, person?: Person): Promise<Person>;
  /** The same, and nobody has confirmed them yet. */
  joinPending(role: Role, person?: Person): Promise<Person>;
  disable(person: Person): Promise<void>;
  remove(person: Person): Promise<void>;
  /** A new service account with a token. */
  addProgram(options?: { mayCopy: boolean }): Promise<Program>;
  /** Gives a level on a key, or takes it away with `none`. */
  grant(keyId: string, subject: GrantTo, level: AccessLevel): Promise<void>;
}

export async function newTeam(target: TestServer, owner?: Person): Promise<Team> {
  const founder = owner ?? (await target.newPerson());
  const { id } = await founder.api('POST /api/workspaces', { body: { name: 'Team' } });
  const api = founder.in(id);
  const join = async (role: Role, given?: Person): Promise<Person> => {
    const person = given ?? (await target.newPerson());
    const { token } = await api('POST /api/invitations', { body: { role } });
    await person.api('POST /api/invitations/accept', { body: { token } });
    return person;
  };
  const confirmsMembers = (on: boolean) => api('PUT /api/workspace/policy', { body: { confirmsMembers: on } });
  const member = (person: Person) => ({ params: { userId: brand<'User'>(person.userId) } });
  return {
    workspaceId: id,
    owner: founder,
    api,
    join,
    async joinPending(role, given) {
      await confirmsMembers(true);
      const person = await join(role, given);
      await confirmsMembers(false);
      return person;
    },
    async disable(person) {
      await api('PUT /api/members/{userId}', { ...member(person), body: { state: 'disabled' } });
    },
    async remove(person) {
      await api('DELETE /api/members/{userId}', member(person));
    },
    async addProgram({ mayCopy } = { mayCopy: false }) {
      const account = await api('POST /api/service-accounts', { body: { name: 'Robot', mayCopy } });
      const params = { id: account.id };
      const { secret } = await api('POST /api/service-accounts/{id}/tokens', { params, body: { name: 'First' } });
      return { id: account.id, token: secret };
    },
    async grant(keyId, subject, level) {
      const params = { id: brand<'Credential'>(keyId) };
      await api('PUT /api/keys/{id}/grants', { params, body: { subject: branded(subject), level } });
    },
  };
}

function branded(subject: GrantTo) {
  switch (subject.kind) {
    case 'user':
      return { kind: subject.kind, id: brand<'User'>(subject.id) };
    case 'group':
      return { kind: subject.kind, id: brand<'Group'>(subject.id) };
    case 'serviceAccount':
      return { kind: subject.kind, id: brand<'ServiceAccount'>(subject.id) };
    case 'everyone':
      return { kind: subject.kind };
  }
}

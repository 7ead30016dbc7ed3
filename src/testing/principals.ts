import type { AccessLevel, ActorRole } from '../contract/permissions.ts';
import { type GrantTo, newTeam, type Team } from './team.ts';
import type { Person, TestServer } from './test-server.ts';

/**
 * Somebody who may try something in a team. `role` and `level` (on a key that its owner shares as `shareWith` says) are
 * written out here and not computed, so that a fault in the computing shows.
 */
export interface Principal {
  readonly name: string;
  /** Null: nobody's token is shown. */
  readonly token: string | null;
  /** Absent for programs. */
  readonly person?: Person;
  /** What they are in the team; null: nothing. */
  readonly role: ActorRole | null;
  readonly level: AccessLevel;
  readonly isInstanceAdmin: boolean;
  /** A team of their own in which the call is made instead. */
  readonly elsewhere?: string;
}

/** A team and everybody who is tried in it. */
export interface Cast {
  readonly team: Team;
  readonly principals: readonly Principal[];
  /** Gives everybody the level on a new key that their name says. */
  shareKey(keyId: string): Promise<void>;
}

/** The people, who can be in many teams. `administrator` must be the first account of the server. */
export interface People {
  readonly administrator: Person;
  readonly owner: Person;
  readonly admin: Person;
  /** A member without a grant, and one with each level. */
  readonly members: ReadonlyMap<AccessLevel, Person>;
  readonly viewer: Person;
  readonly pending: Person;
  readonly disabled: Person;
  readonly removed: Person;
  readonly stranger: Person;
  /** The owner of another team, and a member of it. */
  readonly foreigners: Team;
  readonly foreignMember: Person;
}

const memberLevels = ['none', 'see', 'use', 'copy', 'manage'] as const;

/** What a program has on a key, by what it is granted and whether an owner let it read secrets. */
const programs: readonly { granted: AccessLevel; mayCopy: boolean; level: AccessLevel }[] = [
  { granted: 'none', mayCopy: true, level: 'none' },
  { granted: 'use', mayCopy: false, level: 'use' },
  { granted: 'copy', mayCopy: false, level: 'use' },
  { granted: 'copy', mayCopy: true, level: 'copy' },
  { granted: 'manage', mayCopy: true, level: 'copy' },
];

export async function gatherPeople(target: TestServer): Promise<People> {
  const administrator = await target.newPerson();
  const members = new Map<AccessLevel, Person>();
  for (const level of memberLevels) members.set(level, await target.newPerson());
  const foreigners = await newTeam(target);
  return {
    administrator,
    members,
    foreigners,
    foreignMember: await foreigners.join('member'),
    owner: await target.newPerson(),
    admin: await target.newPerson(),
    viewer: await target.newPerson(),
    pending: await target.newPerson(),
    disabled: await target.newPerson(),
    removed: await target.newPerson(),
    stranger: await target.newPerson(),
  };
}

/** A new team with everybody in their place. */
export async function castTeam(target: TestServer, people: People): Promise<Cast> {
  const team = await newTeam(target, people.owner);
  const grants: { subject: GrantTo; level: AccessLevel }[] = [];
  const principals: Principal[] = [ofPerson('the owner', people.owner, { role: 'owner', level: 'manage' })];
  await team.join('admin', people.admin);
  principals.push(ofPerson('an admin', people.admin, { role: 'admin', level: 'manage' }));
  for (const [level, person] of people.members) {
    await team.join('member', person);
    principals.push(ofPerson(`a member with the level ${level}`, person, { role: 'member', level }));
    if (level !== 'none') grants.push({ subject: { kind: 'user', id: person.userId }, level });
  }
  await team.join('viewer', people.viewer);
  principals.push(ofPerson('a viewer', people.viewer, { role: 'viewer', level: 'see' }));
  grants.push({ subject: { kind: 'user', id: people.viewer.userId }, level: 'manage' });
  for (const { granted, mayCopy, level } of programs) {
    const { id, token } = await team.addProgram({ mayCopy });
    const name = `a program granted ${granted} that ${mayCopy ? 'may' : 'may not'} copy`;
    principals.push({ name, token, role: 'service', level, isInstanceAdmin: false });
    if (granted !== 'none') grants.push({ subject: { kind: 'serviceAccount', id }, level: granted });
  }
  return {
    team,
    principals: [...principals, ...(await outsiders(people, team))],
    async shareKey(keyId) {
      for (const { subject, level } of grants) await team.grant(keyId, subject, level);
    },
  };
}

/** Those who are nothing in the team, or nothing any more, or not yet. */
async function outsiders(people: People, team: Team): Promise<Principal[]> {
  const { administrator, foreigners, foreignMember, pending, disabled, removed, stranger } = people;
  await team.joinPending('admin', pending);
  await team.disable(await team.join('admin', disabled));
  await team.remove(await team.join('admin', removed));
  const program = await foreigners.addProgram({ mayCopy: true });
  const elsewhere = foreigners.workspaceId;
  const nobody = { role: null, level: 'none' } as const;
  return [
    ofPerson('a stranger', stranger, nobody),
    ofPerson('the owner of another team', foreigners.owner, nobody),
    ofPerson('a member of another team', foreignMember, nobody),
    { ...ofPerson('the owner of another team, acting there', foreigners.owner, nobody), elsewhere },
    ofPerson('an admin who is not confirmed', pending, nobody),
    ofPerson('an admin who is disabled', disabled, nobody),
    ofPerson('an admin who was removed', removed, nobody),
    { ...ofPerson('the administrator of the instance', administrator, nobody), isInstanceAdmin: true },
    { name: 'a program of another team', token: program.token, role: null, level: 'none', isInstanceAdmin: false },
    { name: 'somebody not signed in', token: null, role: null, level: 'none', isInstanceAdmin: false },
  ];
}

function ofPerson(name: string, person: Person, standing: Pick<Principal, 'role' | 'level'>): Principal {
  return { name, person, token: person.token, isInstanceAdmin: false, ...standing };
}

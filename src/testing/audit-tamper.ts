import { sql } from 'kysely';
import { newTeam, type Team } from './team.ts';
import { makeSecret, type TestServer } from './test-server.ts';

/** What somebody with the database in their hands does to a trail, and what the program finds of it. */
export interface Tamper {
  /** A team with a trail of its own: the creation of the workspace and of `count` keys, numbered from 1. */
  teamWithEvents(count: number): Promise<Team>;
  /** Does something with the triggers of the trail off. */
  behindItsBack(change: () => Promise<unknown>): Promise<void>;
  /** Walks the chain of a team, as its owner. */
  verify(team: Team): ReturnType<typeof verify>;
  /** Adds one event as the program does. */
  addEvent(team: Team): Promise<void>;
}

const verify = (team: Team) => team.api('POST /api/audit-events/verify');

export function tamperWith(target: TestServer): Tamper {
  const { kysely, engine } = target.server.services.database;
  const addEvent = async (team: Team): Promise<void> => {
    await team.api('POST /api/keys', { body: { provider: 'openai', name: 'Key', secret: makeSecret() } });
  };
  return {
    addEvent,
    verify,
    async teamWithEvents(count) {
      const team = await newTeam(target);
      for (let made = 0; made < count; made += 1) await addEvent(team);
      return team;
    },
    async behindItsBack(change) {
      if (engine === 'postgres') {
        await sql`alter table audit_events disable trigger all`.execute(kysely);
        await change();
        await sql`alter table audit_events enable trigger all`.execute(kysely);
        return;
      }
      const { rows } = await sql<{ name: string; sql: string }>`
        select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'audit_events'`.execute(kysely);
      for (const { name } of rows) await sql`drop trigger ${sql.ref(name)}`.execute(kysely);
      await change();
      for (const trigger of rows) await sql.raw(trigger.sql).execute(kysely);
    },
  };
}

import { sql } from 'kysely';
import type { Database } from './open.ts';

export interface DatabaseFacts {
  readonly engineVersion: string;
  /** With indexes; on SQLite without the write-ahead log. */
  readonly sizeBytes: number;
  /** In the order in which they were applied. */
  readonly migrations: readonly { readonly name: string; readonly appliedAt: string }[];
}

/** What the engine says about itself. Cheap: it counts no rows. */
export async function describeDatabase({
  kysely,
  engine,
}: Pick<Database, 'kysely' | 'engine'>): Promise<DatabaseFacts> {
  const { rows: facts } =
    engine === 'sqlite'
      ? await sql<{ version: string; bytes: number }>`
          select sqlite_version() as version, page_count * page_size as bytes
          from pragma_page_count(), pragma_page_size()`.execute(kysely)
      : await sql<{ version: string; bytes: string }>`
          select current_setting('server_version') as version,
            pg_database_size(current_database()) as bytes`.execute(kysely);
  const { rows: migrations } = await sql<{ name: string; timestamp: string }>`
    select name, timestamp from schema_migrations order by name`.execute(kysely);
  return {
    engineVersion: facts[0]?.version ?? '',
    sizeBytes: Number(facts[0]?.bytes ?? 0),
    migrations: migrations.map(({ name, timestamp }) => ({ name, appliedAt: new Date(timestamp).toISOString() })),
  };
}

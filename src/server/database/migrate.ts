import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { StartupError } from '../startup-error.ts';
import { initial } from './migrations/0001_initial.ts';
import { gateway } from './migrations/0002_gateway.ts';
import { usageRollups } from './migrations/0003_usage_rollups.ts';
import { teams } from './migrations/0004_teams.ts';
import { accountSecurity } from './migrations/0005_account_security.ts';
import { auditChain } from './migrations/0006_audit_chain.ts';
import type { Database } from './open.ts';
import { type Engine, tableExists } from './portable.ts';
import type { Schema } from './schema.ts';

const MIGRATION_TABLE = 'schema_migrations';

type PortableMigration = (step: { db: Kysely<unknown>; engine: Engine }) => Promise<void>;

/** Every migration by name, in order. Listed, not read from the directory, so that one bundled file holds them. */
const migrations: Record<string, PortableMigration> = {
  '0001_initial': initial,
  '0002_gateway': gateway,
  '0003_usage_rollups': usageRollups,
  '0004_teams': teams,
  '0005_account_security': accountSecurity,
  '0006_audit_chain': auditChain,
};

/**
 * Brings the schema up to date, every migration wholly or not at all, one process at a time. Returns the names of those
 * that ran. Throws `database_migration_failed`; the database is then as it was before the failing call.
 */
export async function migrate(database: Database): Promise<string[]> {
  if (database.engine === 'sqlite') {
    // Set here and not on opening, because it writes to the file: a start that is refused changes nothing.
    await sql`pragma journal_mode = wal`.execute(database.kysely);
    return runMigrations({ kysely: database.kysely, engine: database.engine });
  }
  return database.kysely.connection().execute(async (kysely) => {
    const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(kysely);
    // A migration, and the wait for another process that runs one, may take longer than any statement should.
    await sql`set statement_timeout = 0`.execute(kysely);
    await sql`set lock_timeout = 0`.execute(kysely);
    try {
      // Named, because Kysely otherwise takes a table of the same name in another schema for its own.
      return await runMigrations({ kysely, engine: 'postgres', schema: rows[0]?.schema });
    } finally {
      await sql`reset statement_timeout`.execute(kysely);
      await sql`reset lock_timeout`.execute(kysely);
    }
  });
}

type Run = { kysely: Kysely<Schema>; engine: Engine; schema?: string | undefined };

async function runMigrations({ kysely, engine, schema }: Run): Promise<string[]> {
  const migrator = new Migrator({
    db: kysely,
    provider: { getMigrations: async () => bindMigrations(engine) },
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: `${MIGRATION_TABLE}_lock`,
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results.find((result) => result.status === 'Error')?.migrationName;
    const detail = error instanceof Error ? error.message : 'unknown error';
    const message = `The database could not be brought up to date${failed === undefined ? '' : ` (migration ${failed})`}: ${detail}. Nothing was changed.`;
    throw new StartupError('database_migration_failed', message, { cause: error });
  }
  return results.map((result) => result.migrationName);
}

function bindMigrations(engine: Engine): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, up]) => [name, { up: (db: Kysely<unknown>) => up({ db, engine }) }]),
  );
}

/** Throws `database_newer` when the database has a migration that this program does not know. Only reads. */
export async function assertSchemaNotNewer(kysely: Kysely<Schema>): Promise<void> {
  if (!(await tableExists(kysely, MIGRATION_TABLE))) return;
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)} order by name`.execute(
    kysely,
  );
  const unknown = rows.filter(({ name }) => !Object.hasOwn(migrations, name)).at(-1);
  if (unknown === undefined) return;
  throw new StartupError(
    'database_newer',
    `This database was written by a newer version (migration ${unknown.name}). Install that version or restore a backup.`,
  );
}

import { type Kysely, sql } from 'kysely';
import { columnTypes, createTable } from '../migration-tools.ts';
import type { Engine } from '../portable.ts';

type Step = { db: Kysely<unknown>; engine: Engine };

/**
 * The audit trail as chains, one for each workspace and one for the instance: every event is numbered and carries an
 * HMAC over itself and the one before. Only what a sealed checkpoint covers can be deleted.
 */
export async function auditChain(step: Step): Promise<void> {
  await extendEvents(step);
  await createChainTables(step);
  await letCheckpointsPrune(step);
}

async function extendEvents({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  const events = db.schema.alterTable('audit_events');
  await events.addColumn('actor_type', text).execute();
  // JSON: how the caller was signed in.
  await events.addColumn('auth', text).execute();
  await events.addColumn('chain_number', integer).execute();
  await events.addColumn('previous_hash', text).execute();
  await events.addColumn('hash', text).execute();
  await sql`create unique index audit_events_by_number on audit_events (coalesce(workspace_id, ''), chain_number)`.execute(
    db,
  );
  await db.schema.createIndex('audit_events_by_actor').on('audit_events').columns(['actor_id', 'seq']).execute();
}

async function createChainTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'audit_chains' })
    // The id of the workspace, or empty for the instance.
    .addColumn('chain', text, (column) => column.primaryKey())
    .addColumn('last_number', integer, (column) => column.notNull())
    .addColumn('last_hash', text, (column) => column.notNull())
    // How many events stood there before the chain began.
    .addColumn('unchained', integer, (column) => column.notNull())
    .addColumn('mac', text, (column) => column.notNull())
    .execute();
  await createTable({ db, engine, name: 'audit_checkpoints' })
    .addColumn('chain', text, (column) => column.notNull())
    .addColumn('number', integer, (column) => column.notNull())
    .addColumn('hash', text, (column) => column.notNull())
    .addColumn('removed', integer, (column) => column.notNull())
    .addColumn('mac', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('audit_checkpoints_pk', ['chain', 'number'])
    .execute();
  await createTable({ db, engine, name: 'audit_settings' })
    .addColumn('chain', text, (column) => column.primaryKey())
    // Null: kept for ever.
    .addColumn('keep_days', integer)
    .addColumn('stream_host', text)
    .addColumn('stream_version', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('stream_envelope', text)
    .addColumn('stream_sent_number', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('stream_due_at', integer)
    .addColumn('stream_attempts', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('stream_error', text)
    .addColumn('updated_at', integer, (column) => column.notNull())
    .execute();
}

async function letCheckpointsPrune({ db, engine }: Step): Promise<void> {
  const covered = `exists (select 1 from audit_checkpoints
    where chain = coalesce(old.workspace_id, '') and number >= coalesce(old.chain_number, 0))`;
  if (engine === 'sqlite') {
    await sql`drop trigger audit_events_no_delete`.execute(db);
    await sql`create trigger audit_events_no_delete before delete on audit_events when not ${sql.raw(covered)}
      begin select raise(abort, 'audit_events is append-only'); end`.execute(db);
    return;
  }
  await sql`drop trigger audit_events_append_only on audit_events`.execute(db);
  await sql`create trigger audit_events_append_only before update or truncate on audit_events
    for each statement execute function audit_events_refuse_change()`.execute(db);
  await sql`create function audit_events_refuse_delete() returns trigger language plpgsql as ${sql.raw(`$$ begin
    if not ${covered} then raise exception 'audit_events is append-only'; end if; return old; end $$`)}`.execute(db);
  await sql`create trigger audit_events_delete before delete on audit_events
    for each row execute function audit_events_refuse_delete()`.execute(db);
}

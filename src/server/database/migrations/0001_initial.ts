import { type Kysely, sql } from 'kysely';
import { columnTypes, createAppendOnlyTriggers, createTable } from '../migration-tools.ts';
import type { Engine } from '../portable.ts';

type Step = { db: Kysely<unknown>; engine: Engine };

/** The first schema: vault, accounts, workspaces, credentials and audit trail. */
export async function initial(step: Step): Promise<void> {
  await createVaultTables(step);
  await createAccountTables(step);
  await createWorkspaceTables(step);
  await createCredentialTables(step);
  await createProviderTables(step);
  await createAuditTable(step);
}

async function createVaultTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'data_keys' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text)
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('master_key_id', text, (column) => column.notNull())
    .addColumn('envelope', text, (column) => column.notNull())
    .addColumn('seal_count', integer, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .execute();
  // Both indexes count the instance's own key (null) as one workspace: NULLs alone would never collide.
  await sql`create unique index data_keys_version on data_keys (coalesce(workspace_id, ''), version)`.execute(db);
  await sql`create unique index data_keys_active on data_keys (coalesce(workspace_id, '')) where state = 'active'`.execute(
    db,
  );
  await createTable({ db, engine, name: 'master_key_check' })
    .addColumn('id', integer, (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('master_key_id', text, (column) => column.notNull())
    .addColumn('envelope', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .execute();
  await createTable({ db, engine, name: 'master_key_history' })
    .addColumn('master_key_id', text, (column) => column.primaryKey())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('promoted_at', integer)
    .addColumn('retired_at', integer)
    .execute();
  await createTable({ db, engine, name: 'root_secrets' })
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('envelope', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .execute();
}

async function createAccountTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'users' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('email', text, (column) => column.notNull().unique())
    .addColumn('email_display', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('password_hash', text, (column) => column.notNull())
    .addColumn('is_instance_admin', integer, (column) =>
      column.notNull().defaultTo(0).check(sql`is_instance_admin in (0, 1)`),
    )
    .addColumn('locale', text)
    .addColumn('theme', text, (column) => column.notNull().defaultTo('system'))
    .addColumn('state', text, (column) => column.notNull().defaultTo('active'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .addColumn('last_sign_in_at', integer)
    .execute();
  await createTable({ db, engine, name: 'sessions' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('token_hash', text, (column) => column.notNull().unique())
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('last_seen_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('authenticated_at', integer, (column) => column.notNull())
    .addColumn('ip', text)
    .addColumn('user_agent', text)
    .addColumn('revoked_at', integer)
    .execute();
  await db.schema.createIndex('sessions_by_user').on('sessions').columns(['user_id', 'created_at']).execute();
  await db.schema.createIndex('sessions_by_expiry').on('sessions').column('expires_at').execute();
}

async function createWorkspaceTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'workspaces' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .execute();
  await createTable({ db, engine, name: 'members' })
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('role', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull().defaultTo('active'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('members_pk', ['workspace_id', 'user_id'])
    .execute();
  await db.schema.createIndex('members_by_user').on('members').column('user_id').execute();
}

async function createCredentialTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'credentials' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('provider', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('preview', text, (column) => column.notNull())
    .addColumn('base_url', text)
    .addColumn('base_urls', text, (column) => column.notNull().defaultTo('{}'))
    .addColumn('note', text, (column) => column.notNull().defaultTo(''))
    .addColumn('status', text, (column) => column.notNull().defaultTo('untested'))
    .addColumn('status_reason', text)
    .addColumn('status_detail', text)
    .addColumn('last_tested_at', integer)
    .addColumn('last_used_at', integer)
    .addColumn('last_copied_at', integer)
    .addColumn('expires_at', integer)
    .addColumn('monthly_budget_nano_usd', integer)
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('fingerprint', text, (column) => column.notNull())
    .addColumn('models_count', integer)
    .addColumn('balance_amount', text)
    .addColumn('balance_currency', text)
    .addColumn('balance_at', integer)
    .addColumn('created_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .addColumn('deleted_at', integer)
    .execute();
  await sql`create index credentials_newest on credentials (workspace_id, deleted_at, created_at desc, id)`.execute(db);
  await db.schema
    .createIndex('credentials_by_fingerprint')
    .on('credentials')
    .columns(['workspace_id', 'fingerprint'])
    .execute();
  await createTable({ db, engine, name: 'credential_versions' })
    .addColumn('credential_id', text, (column) => column.notNull().references('credentials.id').onDelete('cascade'))
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('envelope', text, (column) => column.notNull())
    .addColumn('preview', text, (column) => column.notNull())
    .addColumn('fingerprint', text, (column) => column.notNull())
    .addColumn('origins', text, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('credential_versions_pk', ['credential_id', 'version'])
    .execute();
  await createTable({ db, engine, name: 'credential_tags' })
    .addColumn('workspace_id', text, (column) => column.notNull())
    .addColumn('credential_id', text, (column) => column.notNull().references('credentials.id').onDelete('cascade'))
    .addColumn('tag', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('credential_tags_pk', ['credential_id', 'tag'])
    .execute();
}

async function createProviderTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'custom_providers' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('base_url', text, (column) => column.notNull())
    .addColumn('dialects', text, (column) => column.notNull())
    .addColumn('note', text, (column) => column.notNull().defaultTo(''))
    .addColumn('created_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('custom_providers_by_workspace')
    .on('custom_providers')
    .columns(['workspace_id', 'created_at'])
    .execute();
  await createTable({ db, engine, name: 'provider_models' })
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('provider', text, (column) => column.notNull())
    .addColumn('model_id', text, (column) => column.notNull())
    .addColumn('name', text)
    .addColumn('credential_id', text, (column) => column.notNull().references('credentials.id').onDelete('cascade'))
    .addColumn('seen_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('provider_models_pk', ['credential_id', 'model_id'])
    .execute();
  await db.schema
    .createIndex('provider_models_by_workspace')
    .on('provider_models')
    .columns(['workspace_id', 'provider', 'model_id'])
    .execute();
}

async function createAuditTable({ db, engine }: Step): Promise<void> {
  const { text, integer, sequence } = columnTypes(engine);
  await createTable({ db, engine, name: 'audit_events' })
    .addColumn('seq', sequence.type, sequence.build)
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('workspace_id', text)
    .addColumn('actor_id', text)
    .addColumn('actor_label', text)
    .addColumn('action', text, (column) => column.notNull())
    .addColumn('target_type', text)
    .addColumn('target_id', text)
    .addColumn('target_label', text)
    .addColumn('result', text, (column) => column.notNull())
    .addColumn('reason', text)
    .addColumn('ip', text)
    .addColumn('user_agent', text)
    .addColumn('client', text)
    .addColumn('request_id', text)
    .addColumn('details', text, (column) => column.notNull().defaultTo('{}'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('audit_events_by_workspace')
    .on('audit_events')
    .columns(['workspace_id', 'seq'])
    .execute();
  await db.schema
    .createIndex('audit_events_by_target')
    .on('audit_events')
    .columns(['workspace_id', 'target_id', 'seq'])
    .execute();
  await createAppendOnlyTriggers({ db, engine, table: 'audit_events' });
}

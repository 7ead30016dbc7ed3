import { type Kysely, sql } from 'kysely';
import { columnTypes, createTable } from '../migration-tools.ts';
import type { Engine } from '../portable.ts';

type Step = { db: Kysely<unknown>; engine: Engine };

/** What teams need: policies, groups, service accounts, invitations and the levels granted on keys. */
export async function teams(step: Step): Promise<void> {
  await extendWorkspaces(step);
  await createGroupTables(step);
  await createServiceAccountTables(step);
  await createInvitationTable(step);
  await createGrantTable(step);
  await createShareLinkTable(step);
}

async function extendWorkspaces({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  const workspaces = db.schema.alterTable('workspaces');
  await workspaces.addColumn('member_floor', text, (column) => column.notNull().defaultTo('none')).execute();
  for (const [name, value] of [
    ['admins_may_copy', 1],
    ['allows_share_links', 1],
    ['requires_two_factor', 0],
    ['confirms_members', 0],
  ] as const) {
    await workspaces.addColumn(name, integer, (column) => column.notNull().defaultTo(value)).execute();
  }
  await workspaces.addColumn('check_every_hours', integer, (column) => column.notNull().defaultTo(24)).execute();
  await workspaces.addColumn('deleted_at', integer).execute();
  await db.schema
    .alterTable('members')
    .addColumn('updated_at', integer, (column) => column.notNull().defaultTo(0))
    .execute();
}

async function createGroupTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'groups' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('groups_by_workspace').on('groups').columns(['workspace_id', 'name']).unique().execute();
  await createTable({ db, engine, name: 'group_members' })
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('group_id', text, (column) => column.notNull().references('groups.id').onDelete('cascade'))
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('group_members_pk', ['group_id', 'user_id'])
    .execute();
  await db.schema
    .createIndex('group_members_by_user')
    .on('group_members')
    .columns(['workspace_id', 'user_id', 'group_id'])
    .execute();
}

async function createServiceAccountTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'service_accounts' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('note', text, (column) => column.notNull().defaultTo(''))
    .addColumn('may_copy', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('state', text, (column) => column.notNull().defaultTo('active'))
    .addColumn('created_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('service_accounts_by_workspace')
    .on('service_accounts')
    .columns(['workspace_id', 'created_at', 'id'])
    .execute();
  await createTable({ db, engine, name: 'service_tokens' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('service_account_id', text, (column) =>
      column.notNull().references('service_accounts.id').onDelete('cascade'),
    )
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('preview', text, (column) => column.notNull())
    .addColumn('token_hash', text, (column) => column.notNull().unique())
    .addColumn('ip_allow_list', text)
    .addColumn('expires_at', integer)
    .addColumn('created_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('last_used_at', integer)
    .addColumn('revoked_at', integer)
    .execute();
  await db.schema
    .createIndex('service_tokens_by_account')
    .on('service_tokens')
    .columns(['service_account_id', 'created_at'])
    .execute();
  // Whose calls a virtual key makes: a person (owner_id) or a service account.
  await db.schema
    .alterTable('virtual_keys')
    .addColumn('service_account_id', text, (column) => column.references('service_accounts.id').onDelete('set null'))
    .execute();
  // Who was given the secret last, and the one before: whoever knows it and leaves could go on in the owner's name.
  await db.schema
    .alterTable('virtual_keys')
    .addColumn('secret_seen_by', text, (column) => column.references('users.id').onDelete('set null'))
    .execute();
  await db.schema
    .alterTable('virtual_keys')
    .addColumn('previous_seen_by', text, (column) => column.references('users.id').onDelete('set null'))
    .execute();
}

async function createInvitationTable({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'invitations' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text, (column) => column.references('workspaces.id').onDelete('cascade'))
    .addColumn('token_hash', text, (column) => column.notNull().unique())
    .addColumn('email', text)
    .addColumn('role', text, (column) => column.notNull())
    .addColumn('group_ids', text, (column) => column.notNull().defaultTo('[]'))
    .addColumn('created_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('accepted_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('accepted_at', integer)
    .addColumn('revoked_at', integer)
    .execute();
  await db.schema
    .createIndex('invitations_by_workspace')
    .on('invitations')
    .columns(['workspace_id', 'created_at'])
    .execute();
}

async function createGrantTable({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'credential_grants' })
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('credential_id', text, (column) => column.notNull().references('credentials.id').onDelete('cascade'))
    .addColumn('subject_kind', text, (column) => column.notNull())
    .addColumn('subject_id', text, (column) => column.notNull())
    .addColumn('level', text, (column) => column.notNull())
    .addColumn('granted_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('credential_grants_pk', ['credential_id', 'subject_kind', 'subject_id'])
    .execute();
  await db.schema
    .createIndex('credential_grants_by_subject')
    .on('credential_grants')
    .columns(['workspace_id', 'subject_kind', 'subject_id', 'credential_id'])
    .execute();
  // Who added a key in a workspace without grants manages it, as from now on.
  await sql`insert into credential_grants
      (workspace_id, credential_id, subject_kind, subject_id, level, granted_by, created_at)
    select credentials.workspace_id, credentials.id, 'user', credentials.created_by, 'manage', null, credentials.created_at
    from credentials
    inner join members on members.workspace_id = credentials.workspace_id and members.user_id = credentials.created_by
    where credentials.created_by is not null and members.role = 'member'`.execute(db);
}

async function createShareLinkTable({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'share_links' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('credential_id', text, (column) => column.references('credentials.id').onDelete('cascade'))
    .addColumn('label', text, (column) => column.notNull())
    .addColumn('token_hash', text, (column) => column.notNull().unique())
    .addColumn('version', integer, (column) => column.notNull())
    // Emptied with the last view: what is gone cannot be read.
    .addColumn('envelope', text)
    .addColumn('passphrase_hash', text)
    .addColumn('failed_attempts', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('views_max', integer, (column) => column.notNull())
    .addColumn('views', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('created_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('revoked_at', integer)
    .execute();
  await db.schema
    .createIndex('share_links_by_workspace')
    .on('share_links')
    .columns(['workspace_id', 'created_at', 'id'])
    .execute();
}

import type { Kysely } from 'kysely';
import { columnTypes, createTable } from '../migration-tools.ts';
import type { Engine } from '../portable.ts';

type Step = { db: Kysely<unknown>; engine: Engine };

/** Second factors, passkeys, single sign-on, links by e-mail, notifications and settings of the instance. */
export async function accountSecurity(step: Step): Promise<void> {
  await extendAccounts(step);
  await createFactorTables(step);
  await createSignOnTables(step);
  await createMailTables(step);
  await createInstanceTables(step);
}

async function extendAccounts({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await db.schema.alterTable('users').addColumn('email_verified_at', integer).execute();
  const sessions = db.schema.alterTable('sessions');
  await sessions.addColumn('method', text, (column) => column.notNull().defaultTo('password')).execute();
  await sessions.addColumn('has_second_factor', integer, (column) => column.notNull().defaultTo(0)).execute();
  const credentials = db.schema.alterTable('credentials');
  await credentials.addColumn('checks_off', integer, (column) => column.notNull().defaultTo(0)).execute();
  await credentials.addColumn('next_check_at', integer).execute();
  await db.schema.createIndex('credentials_by_next_check').on('credentials').columns(['next_check_at', 'id']).execute();
}

async function createFactorTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'totp_secrets' })
    .addColumn('user_id', text, (column) => column.primaryKey().references('users.id').onDelete('cascade'))
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('envelope', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('confirmed_at', integer)
    // The time step of the last code that was taken; none is taken twice (RFC 6238 section 5.2).
    .addColumn('last_step', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await createTable({ db, engine, name: 'recovery_codes' })
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('code_hash', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('used_at', integer)
    .addPrimaryKeyConstraint('recovery_codes_pk', ['user_id', 'code_hash'])
    .execute();
  await createTable({ db, engine, name: 'passkeys' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('webauthn_id', text, (column) => column.notNull().unique())
    .addColumn('public_key', text, (column) => column.notNull())
    .addColumn('counter', integer, (column) => column.notNull())
    .addColumn('transports', text, (column) => column.notNull().defaultTo('[]'))
    .addColumn('is_backed_up', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('last_used_at', integer)
    .execute();
  await db.schema.createIndex('passkeys_by_user').on('passkeys').column('user_id').execute();
}

async function createSignOnTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'sso_identities' })
    .addColumn('issuer', text, (column) => column.notNull())
    .addColumn('subject', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('email', text)
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('last_used_at', integer)
    .addPrimaryKeyConstraint('sso_identities_pk', ['issuer', 'subject'])
    .execute();
  await db.schema.createIndex('sso_identities_by_user').on('sso_identities').column('user_id').execute();
  // What a browser has begun and not yet finished: passkey ceremonies and sign-ins through an organisation.
  await createTable({ db, engine, name: 'sign_in_attempts' })
    .addColumn('token_hash', text, (column) => column.primaryKey())
    .addColumn('purpose', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.references('users.id').onDelete('cascade'))
    .addColumn('facts', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('sign_in_attempts_by_expiry').on('sign_in_attempts').column('expires_at').execute();
}

async function createMailTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'account_links' })
    .addColumn('token_hash', text, (column) => column.primaryKey())
    .addColumn('purpose', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('email', text, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('used_at', integer)
    .execute();
  await db.schema.createIndex('account_links_by_user').on('account_links').columns(['user_id', 'purpose']).execute();
  await createTable({ db, engine, name: 'notifications' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('workspace_id', text, (column) => column.references('workspaces.id').onDelete('cascade'))
    .addColumn('kind', text, (column) => column.notNull())
    // The same thing is told once: subject and time window.
    .addColumn('dedupe', text, (column) => column.notNull())
    .addColumn('subject_id', text)
    .addColumn('subject_label', text, (column) => column.notNull().defaultTo(''))
    .addColumn('facts', text, (column) => column.notNull().defaultTo('{}'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('read_at', integer)
    .addColumn('mail_due_at', integer)
    .addColumn('mail_attempts', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('mailed_at', integer)
    .execute();
  await db.schema
    .createIndex('notifications_by_user')
    .on('notifications')
    .columns(['user_id', 'created_at', 'id'])
    .execute();
  await db.schema
    .createIndex('notifications_once')
    .on('notifications')
    .columns(['user_id', 'kind', 'dedupe'])
    .unique()
    .execute();
  await db.schema.createIndex('notifications_by_mail').on('notifications').columns(['mail_due_at', 'id']).execute();
  await createTable({ db, engine, name: 'notification_choices' })
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('by_mail', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('notification_choices_pk', ['user_id', 'kind'])
    .execute();
  await createWebhookMessageTable({ db, engine });
}

/** What a workspace's webhook is told besides budget alerts, once per happening. */
async function createWebhookMessageTable({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'webhook_messages' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('dedupe', text, (column) => column.notNull())
    .addColumn('subject_id', text)
    .addColumn('subject_label', text, (column) => column.notNull().defaultTo(''))
    .addColumn('facts', text, (column) => column.notNull().defaultTo('{}'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('webhook_due_at', integer)
    .addColumn('webhook_attempts', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createIndex('webhook_messages_once')
    .on('webhook_messages')
    .columns(['workspace_id', 'kind', 'dedupe'])
    .unique()
    .execute();
  await db.schema
    .createIndex('webhook_messages_due')
    .on('webhook_messages')
    .columns(['webhook_due_at', 'workspace_id'])
    .execute();
}

async function createInstanceTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'instance_settings' })
    .addColumn('name', text, (column) => column.primaryKey())
    // JSON; what is secret in it stands in the envelope.
    .addColumn('value', text, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('envelope', text)
    .addColumn('updated_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('updated_at', integer, (column) => column.notNull())
    .execute();
}

import { type Kysely, sql } from 'kysely';
import { columnTypes, createTable } from '../migration-tools.ts';
import type { Engine } from '../portable.ts';

type Step = { db: Kysely<unknown>; engine: Engine };

/** What the gateway needs: virtual keys, names and prices of models, usage with its sums, alerts. */
export async function gateway(step: Step): Promise<void> {
  await createVirtualKeyTables(step);
  await createModelTables(step);
  await createUsageEventTable(step);
  await createUsageSumTables(step);
  await createAlertTables(step);
}

async function createVirtualKeyTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'virtual_keys' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('kind', text, (column) => column.notNull().defaultTo('standard'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('preview', text, (column) => column.notNull())
    .addColumn('secret_hash', text, (column) => column.notNull().unique())
    .addColumn('previous_hash', text)
    .addColumn('previous_until', integer)
    .addColumn('owner_id', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('has_all_credentials', integer, (column) => column.notNull())
    .addColumn('models', text)
    .addColumn('budgets', text, (column) => column.notNull().defaultTo('[]'))
    .addColumn('rpm', integer)
    .addColumn('tpm', integer)
    .addColumn('concurrent_max', integer)
    .addColumn('ip_allow_list', text)
    .addColumn('expires_at', integer)
    .addColumn('tags', text, (column) => column.notNull().defaultTo('[]'))
    .addColumn('note', text, (column) => column.notNull().defaultTo(''))
    .addColumn('blocks_unpriced', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('on_disconnect', text, (column) => column.notNull().defaultTo('drain'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .addColumn('last_used_at', integer)
    .addColumn('revoked_at', integer)
    .execute();
  await db.schema
    .createIndex('virtual_keys_by_workspace')
    .on('virtual_keys')
    .columns(['workspace_id', 'created_at', 'id'])
    .execute();
  await db.schema.createIndex('virtual_keys_by_previous_hash').on('virtual_keys').columns(['previous_hash']).execute();
  await createTable({ db, engine, name: 'virtual_key_credentials' })
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('virtual_key_id', text, (column) => column.notNull().references('virtual_keys.id').onDelete('cascade'))
    .addColumn('credential_id', text, (column) => column.notNull().references('credentials.id').onDelete('cascade'))
    .addColumn('priority', integer, (column) => column.notNull())
    .addColumn('weight', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('virtual_key_credentials_pk', ['virtual_key_id', 'credential_id'])
    .execute();
  await db.schema
    .createIndex('virtual_key_credentials_by_credential')
    .on('virtual_key_credentials')
    .columns(['credential_id'])
    .execute();
}

async function createModelTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'model_aliases' })
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('alias', text, (column) => column.notNull())
    .addColumn('model', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('model_aliases_pk', ['workspace_id', 'alias'])
    .execute();
  await createTable({ db, engine, name: 'price_overrides' })
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('provider', text, (column) => column.notNull())
    .addColumn('model', text, (column) => column.notNull())
    .addColumn('input_price', integer, (column) => column.notNull())
    .addColumn('output_price', integer, (column) => column.notNull())
    .addColumn('cache_read_price', integer)
    .addColumn('cache_write_price', integer)
    .addColumn('request_price', integer)
    .addColumn('updated_by', text, (column) => column.references('users.id').onDelete('set null'))
    .addColumn('updated_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('price_overrides_pk', ['workspace_id', 'provider', 'model'])
    .execute();
}

async function createUsageEventTable({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'usage_events' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text, (column) => column.notNull())
    .addColumn('request_id', text, (column) => column.notNull())
    .addColumn('attempt', integer, (column) => column.notNull())
    .addColumn('is_final', integer, (column) => column.notNull())
    .addColumn('time', integer, (column) => column.notNull())
    .addColumn('dialect', text)
    .addColumn('endpoint', text, (column) => column.notNull())
    .addColumn('provider', text, (column) => column.notNull())
    .addColumn('model', text)
    .addColumn('upstream_model', text)
    .addColumn('served_model', text)
    .addColumn('credential_id', text, (column) => column.notNull())
    .addColumn('virtual_key_id', text, (column) => column.notNull())
    .addColumn('member_id', text)
    .addColumn('tool', text)
    .addColumn('is_stream', integer, (column) => column.notNull())
    .addColumn('http_status', integer)
    .addColumn('outcome', text, (column) => column.notNull())
    .addColumn('error_code', text)
    .addColumn('error_detail', text)
    .addColumn('input_tokens', integer, (column) => column.notNull())
    .addColumn('cache_read_tokens', integer, (column) => column.notNull())
    .addColumn('cache_write_tokens', integer, (column) => column.notNull())
    .addColumn('output_tokens', integer, (column) => column.notNull())
    .addColumn('reasoning_tokens', integer, (column) => column.notNull())
    .addColumn('cost_nano_usd', integer)
    .addColumn('usage_state', text, (column) => column.notNull())
    .addColumn('latency_ms', integer, (column) => column.notNull())
    .addColumn('first_byte_ms', integer)
    .addColumn('upstream_request_id', text)
    .addColumn('response_id', text)
    .addColumn('lines', text, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('usage_events_by_time')
    .on('usage_events')
    .columns(['workspace_id', 'time', 'id'])
    .execute();
  await db.schema
    .createIndex('usage_events_by_virtual_key')
    .on('usage_events')
    .columns(['virtual_key_id', 'time', 'id'])
    .execute();
  await db.schema
    .createIndex('usage_events_by_credential')
    .on('usage_events')
    .columns(['credential_id', 'time', 'id'])
    .execute();
  await db.schema.createIndex('usage_events_by_request').on('usage_events').columns(['request_id']).execute();
  // What is rare is asked for often, and has an index of its own that costs next to nothing.
  await db.schema
    .createIndex('usage_events_failed')
    .on('usage_events')
    .columns(['workspace_id', 'outcome', 'time', 'id'])
    .where(sql.ref('outcome'), '<>', sql.lit('ok'))
    .execute();
  await db.schema
    .createIndex('usage_events_inexact')
    .on('usage_events')
    .columns(['workspace_id', 'usage_state', 'time', 'id'])
    .where(sql.ref('usage_state'), '<>', sql.lit('exact'))
    .execute();
  await db.schema
    .createIndex('usage_events_without_price')
    .on('usage_events')
    .columns(['workspace_id', 'time', 'id'])
    .where(sql.ref('cost_nano_usd'), 'is', null)
    .execute();
  await db.schema
    .createIndex('usage_events_unpriced')
    .on('usage_events')
    .columns(['workspace_id', 'provider', 'time', 'id'])
    .where(sql.ref('cost_nano_usd'), 'is', null)
    .execute();
  await db.schema.createIndex('usage_events_by_response').on('usage_events').columns(['response_id']).execute();
}

async function createUsageSumTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'usage_hours' })
    .addColumn('workspace_id', text, (column) => column.notNull())
    .addColumn('hour_at', integer, (column) => column.notNull())
    .addColumn('provider', text, (column) => column.notNull())
    .addColumn('model', text, (column) => column.notNull())
    .addColumn('credential_id', text, (column) => column.notNull())
    .addColumn('virtual_key_id', text, (column) => column.notNull())
    .addColumn('member_id', text, (column) => column.notNull())
    .addColumn('tool', text, (column) => column.notNull())
    .addColumn('requests', integer, (column) => column.notNull())
    .addColumn('attempts', integer, (column) => column.notNull())
    .addColumn('errors', integer, (column) => column.notNull())
    .addColumn('input_tokens', integer, (column) => column.notNull())
    .addColumn('cache_read_tokens', integer, (column) => column.notNull())
    .addColumn('cache_write_tokens', integer, (column) => column.notNull())
    .addColumn('output_tokens', integer, (column) => column.notNull())
    .addColumn('reasoning_tokens', integer, (column) => column.notNull())
    .addColumn('cost_nano_usd', integer, (column) => column.notNull())
    .addColumn('unpriced_requests', integer, (column) => column.notNull())
    .addColumn('estimated_requests', integer, (column) => column.notNull())
    .addColumn('missing_requests', integer, (column) => column.notNull())
    .addColumn('latency_ms_sum', integer, (column) => column.notNull())
    .addColumn('latency_count', integer, (column) => column.notNull())
    .addColumn('first_byte_ms_sum', integer, (column) => column.notNull())
    .addColumn('first_byte_count', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_hours_pk', [
      'workspace_id',
      'hour_at',
      'provider',
      'model',
      'credential_id',
      'virtual_key_id',
      'member_id',
      'tool',
    ])
    .execute();
  await createTable({ db, engine, name: 'usage_latencies' })
    .addColumn('workspace_id', text, (column) => column.notNull())
    .addColumn('hour_at', integer, (column) => column.notNull())
    .addColumn('provider', text, (column) => column.notNull())
    .addColumn('model', text, (column) => column.notNull())
    .addColumn('measure', text, (column) => column.notNull())
    .addColumn('bucket', integer, (column) => column.notNull())
    .addColumn('calls', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('usage_latencies_pk', [
      'workspace_id',
      'hour_at',
      'provider',
      'model',
      'measure',
      'bucket',
    ])
    .execute();
}

async function createAlertTables({ db, engine }: Step): Promise<void> {
  const { text, integer } = columnTypes(engine);
  await createTable({ db, engine, name: 'budget_alerts' })
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('workspace_id', text, (column) => column.notNull().references('workspaces.id').onDelete('cascade'))
    .addColumn('subject_kind', text, (column) => column.notNull())
    .addColumn('subject_id', text, (column) => column.notNull())
    .addColumn('subject_label', text, (column) => column.notNull())
    .addColumn('period', text, (column) => column.notNull())
    .addColumn('window_at', integer, (column) => column.notNull())
    .addColumn('threshold', integer, (column) => column.notNull())
    .addColumn('spent_nano_usd', integer, (column) => column.notNull())
    .addColumn('limit_nano_usd', integer, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('dismissed_at', integer)
    .addColumn('webhook_due_at', integer)
    .addColumn('webhook_attempts', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createIndex('budget_alerts_once')
    .on('budget_alerts')
    .unique()
    .columns(['subject_id', 'period', 'window_at', 'threshold'])
    .execute();
  await db.schema
    .createIndex('budget_alerts_by_time')
    .on('budget_alerts')
    .columns(['workspace_id', 'created_at'])
    .execute();
  await createTable({ db, engine, name: 'alert_webhooks' })
    .addColumn('workspace_id', text, (column) => column.primaryKey().references('workspaces.id').onDelete('cascade'))
    .addColumn('host', text, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('envelope', text, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .addColumn('last_sent_at', integer)
    .addColumn('last_error', text)
    .execute();
}

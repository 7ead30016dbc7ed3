import type { Schema, TableName } from '../database/schema.ts';

/**
 * How much harm a column does when it is read by others. `sealed`: an envelope, worthless without the master key.
 * `digest`: a hash or HMAC that proves a secret without holding it. `personal`: about a person. `internal`: ordinary data
 * of a workspace. `public`: ids, times and states.
 */
export type DataClass = 'sealed' | 'digest' | 'personal' | 'internal' | 'public';

/** The class of every column of the schema. One without a class does not compile, and a test compares the database. */
export const dataClasses = {
  data_keys: {
    id: 'public',
    workspace_id: 'public',
    version: 'public',
    state: 'public',
    master_key_id: 'public',
    envelope: 'sealed',
    seal_count: 'public',
    created_at: 'public',
  },
  master_key_check: { id: 'public', master_key_id: 'public', envelope: 'sealed', created_at: 'public' },
  master_key_history: { master_key_id: 'public', created_at: 'public', promoted_at: 'public', retired_at: 'public' },
  root_secrets: { name: 'public', envelope: 'sealed', created_at: 'public' },
  users: {
    id: 'public',
    email: 'personal',
    email_display: 'personal',
    name: 'personal',
    password_hash: 'digest',
    is_instance_admin: 'public',
    locale: 'public',
    theme: 'public',
    state: 'public',
    created_at: 'public',
    updated_at: 'public',
    last_sign_in_at: 'personal',
  },
  sessions: {
    id: 'public',
    token_hash: 'digest',
    user_id: 'public',
    created_at: 'public',
    last_seen_at: 'personal',
    expires_at: 'public',
    authenticated_at: 'public',
    ip: 'personal',
    user_agent: 'personal',
    revoked_at: 'public',
  },
  workspaces: {
    id: 'public',
    name: 'internal',
    kind: 'public',
    created_by: 'public',
    created_at: 'public',
    updated_at: 'public',
  },
  members: { workspace_id: 'public', user_id: 'public', role: 'public', state: 'public', created_at: 'public' },
  credentials: {
    id: 'public',
    workspace_id: 'public',
    provider: 'internal',
    name: 'internal',
    preview: 'internal',
    base_url: 'internal',
    base_urls: 'internal',
    note: 'internal',
    status: 'public',
    status_reason: 'internal',
    status_detail: 'internal',
    last_tested_at: 'public',
    last_used_at: 'public',
    last_copied_at: 'public',
    expires_at: 'public',
    monthly_budget_nano_usd: 'internal',
    version: 'public',
    fingerprint: 'digest',
    models_count: 'internal',
    balance_amount: 'internal',
    balance_currency: 'internal',
    balance_at: 'public',
    created_by: 'public',
    created_at: 'public',
    updated_at: 'public',
    deleted_at: 'public',
  },
  credential_versions: {
    credential_id: 'public',
    version: 'public',
    envelope: 'sealed',
    origins: 'internal',
    preview: 'internal',
    fingerprint: 'digest',
    created_by: 'public',
    created_at: 'public',
  },
  credential_tags: { workspace_id: 'public', credential_id: 'public', tag: 'internal' },
  custom_providers: {
    id: 'public',
    workspace_id: 'public',
    name: 'internal',
    base_url: 'internal',
    dialects: 'internal',
    note: 'internal',
    created_by: 'public',
    created_at: 'public',
    updated_at: 'public',
  },
  provider_models: {
    workspace_id: 'public',
    provider: 'internal',
    model_id: 'internal',
    name: 'internal',
    credential_id: 'public',
    seen_at: 'public',
  },
  audit_events: {
    id: 'public',
    seq: 'public',
    workspace_id: 'public',
    actor_id: 'public',
    actor_label: 'personal',
    action: 'public',
    target_type: 'public',
    target_id: 'public',
    target_label: 'internal',
    result: 'public',
    reason: 'internal',
    ip: 'personal',
    user_agent: 'personal',
    client: 'public',
    request_id: 'public',
    details: 'internal',
    created_at: 'public',
  },
} as const satisfies { [Table in TableName]: Record<keyof Schema[Table], DataClass> };

type Classes = typeof dataClasses;

/** Every `table.column` that holds envelopes. A record is bound to one of these when it is sealed. */
export type SealedColumn = {
  [Table in TableName]: {
    [Column in keyof Classes[Table] & string]: Classes[Table][Column] extends 'sealed' ? `${Table}.${Column}` : never;
  }[keyof Classes[Table] & string];
}[TableName];

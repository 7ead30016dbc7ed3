import type { Generated, GeneratedAlways, Insertable, Selectable, Updateable } from 'kysely';
import type {
  AuditEventId,
  CredentialId,
  CustomProviderId,
  SessionId,
  UserId,
  WorkspaceId,
} from '../../contract/ids.ts';
import type { Role } from '../../contract/permissions.ts';
import type { CredentialStatus, Locale, Theme } from '../../contract/vocabulary.ts';

/*
 * The tables as TypeScript sees them, the same on both engines. Columns named *_at are integer milliseconds UTC, *_usd
 * columns carry their unit, booleans are 0 or 1, and columns described as JSON are text. `envelope` columns hold sealed
 * values only (see vault/sealed-columns.ts).
 */

export type Flag = 0 | 1;
export type DataKeyState = 'active' | 'decrypt_only' | 'retired';
export type UserState = 'active' | 'disabled';
export type WorkspaceKind = 'personal' | 'team';
export type AuditResult = 'ok' | 'denied' | 'error';
export type MemberState = 'active' | 'pending' | 'disabled';

/** A key that seals the values of one workspace, wrapped by the master key. `workspace_id` null: the instance's own. */
export type DataKeysTable = {
  id: string;
  workspace_id: WorkspaceId | null;
  version: number;
  state: DataKeyState;
  master_key_id: string;
  envelope: string;
  /** Seals reserved so far; never fewer than were made. */
  seal_count: number;
  created_at: number;
};

/** One row (`id` 1): a constant sealed with the master key, opened at every start before anything is written. */
export type MasterKeyCheckTable = {
  id: 1;
  master_key_id: string;
  envelope: string;
  created_at: number;
};

export type MasterKeyHistoryTable = {
  master_key_id: string;
  created_at: number;
  promoted_at: number | null;
  retired_at: number | null;
};

export type RootSecretsTable = {
  name: string;
  envelope: string;
  created_at: number;
};

export type UsersTable = {
  id: UserId;
  /** Normalised (lower case, trimmed, NFKC); unique. */
  email: string;
  email_display: string;
  name: string;
  password_hash: string;
  is_instance_admin: Generated<Flag>;
  locale: Locale | null;
  theme: Generated<Theme>;
  state: Generated<UserState>;
  created_at: number;
  updated_at: number;
  last_sign_in_at: number | null;
};

export type SessionsTable = {
  id: SessionId;
  token_hash: string;
  user_id: UserId;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  /** When the person last proved who they are; copying a secret asks for a recent one. */
  authenticated_at: number;
  ip: string | null;
  user_agent: string | null;
  revoked_at: number | null;
};

export type WorkspacesTable = {
  id: WorkspaceId;
  name: string;
  kind: WorkspaceKind;
  created_by: UserId | null;
  created_at: number;
  updated_at: number;
};

export type MembersTable = {
  workspace_id: WorkspaceId;
  user_id: UserId;
  role: Role;
  state: Generated<MemberState>;
  created_at: number;
};

export type CredentialsTable = {
  id: CredentialId;
  workspace_id: WorkspaceId;
  provider: string;
  name: string;
  preview: string;
  base_url: string | null;
  /** JSON: `{dialect: url}`. */
  base_urls: Generated<string>;
  note: Generated<string>;
  status: Generated<CredentialStatus>;
  status_reason: string | null;
  status_detail: string | null;
  last_tested_at: number | null;
  last_used_at: number | null;
  last_copied_at: number | null;
  expires_at: number | null;
  monthly_budget_nano_usd: number | null;
  /** The newest row of credential_versions. */
  version: number;
  fingerprint: string;
  models_count: number | null;
  /** Decimal text exactly as the provider told it. */
  balance_amount: string | null;
  balance_currency: string | null;
  balance_at: number | null;
  created_by: UserId | null;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
};

export type CredentialVersionsTable = {
  credential_id: CredentialId;
  version: number;
  envelope: string;
  preview: string;
  fingerprint: string;
  /** JSON: the origins that the secret was given for; it is never sent to another. */
  origins: string;
  created_by: UserId | null;
  created_at: number;
};

export type CredentialTagsTable = {
  workspace_id: WorkspaceId;
  credential_id: CredentialId;
  tag: string;
};

export type CustomProvidersTable = {
  id: CustomProviderId;
  workspace_id: WorkspaceId;
  name: string;
  base_url: string;
  /** JSON: list of dialects. */
  dialects: string;
  note: Generated<string>;
  created_by: UserId | null;
  created_at: number;
  updated_at: number;
};

/** Models a provider listed for one credential. */
export type ProviderModelsTable = {
  workspace_id: WorkspaceId;
  provider: string;
  model_id: string;
  name: string | null;
  credential_id: CredentialId;
  seen_at: number;
};

/** Append-only: UPDATE and DELETE fail on both engines. No foreign keys, an event outlives what it names. */
export type AuditEventsTable = {
  id: AuditEventId;
  /** Given by the database, rising in the order of insertion. */
  seq: GeneratedAlways<number>;
  workspace_id: WorkspaceId | null;
  actor_id: string | null;
  actor_label: string | null;
  action: string;
  target_type: string | null;
  target_id: string | null;
  target_label: string | null;
  result: AuditResult;
  reason: string | null;
  ip: string | null;
  user_agent: string | null;
  client: string | null;
  request_id: string | null;
  /** JSON: allow-listed facts, never values. */
  details: Generated<string>;
  created_at: number;
};

export type Schema = {
  data_keys: DataKeysTable;
  master_key_check: MasterKeyCheckTable;
  master_key_history: MasterKeyHistoryTable;
  root_secrets: RootSecretsTable;
  users: UsersTable;
  sessions: SessionsTable;
  workspaces: WorkspacesTable;
  members: MembersTable;
  credentials: CredentialsTable;
  credential_versions: CredentialVersionsTable;
  credential_tags: CredentialTagsTable;
  custom_providers: CustomProvidersTable;
  provider_models: ProviderModelsTable;
  audit_events: AuditEventsTable;
};

export type TableName = keyof Schema;
export type Row<Table extends TableName> = Selectable<Schema[Table]>;
export type NewRow<Table extends TableName> = Insertable<Schema[Table]>;
export type RowChange<Table extends TableName> = Updateable<Schema[Table]>;

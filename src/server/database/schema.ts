import type { Generated, GeneratedAlways, Insertable, Selectable, Updateable } from 'kysely';
import type {
  AlertId,
  AuditEventId,
  CallerId,
  CredentialId,
  CustomProviderId,
  GroupId,
  InvitationId,
  NotificationId,
  PasskeyId,
  ServiceAccountId,
  ServiceTokenId,
  SessionId,
  ShareLinkId,
  UsageEventId,
  UserId,
  VirtualKeyId,
  WorkspaceId,
} from '../../contract/ids.ts';
import type { GrantLevel, Role } from '../../contract/permissions.ts';
import type {
  BudgetPeriod,
  CredentialStatus,
  DisconnectPolicy,
  GrantSubject,
  Locale,
  MemberState,
  NotificationKind,
  Outcome,
  SignInMethod,
  Theme,
  UsageGroup,
  UsageState,
} from '../../contract/vocabulary.ts';

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
  email_verified_at: Generated<number | null>;
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
  method: Generated<SignInMethod>;
  has_second_factor: Generated<Flag>;
};

export type WorkspacesTable = {
  id: WorkspaceId;
  name: string;
  kind: WorkspaceKind;
  created_by: UserId | null;
  created_at: number;
  updated_at: number;
  /** What a member may do with every key without a grant. */
  member_floor: Generated<'none' | 'see' | 'use'>;
  admins_may_copy: Generated<Flag>;
  allows_share_links: Generated<Flag>;
  requires_two_factor: Generated<Flag>;
  /** 1: who accepts an invitation waits until an overseer confirms. */
  confirms_members: Generated<Flag>;
  /** How often every key is tested; 0: never. */
  check_every_hours: Generated<number>;
  /** Set: nobody gets in, and it is purged after the time of grace. */
  deleted_at: Generated<number | null>;
};

export type MembersTable = {
  workspace_id: WorkspaceId;
  user_id: UserId;
  role: Role;
  state: Generated<MemberState>;
  created_at: number;
  updated_at: Generated<number>;
};

export type GroupsTable = {
  id: GroupId;
  workspace_id: WorkspaceId;
  name: string;
  created_at: number;
  updated_at: number;
};

export type GroupMembersTable = { workspace_id: WorkspaceId; group_id: GroupId; user_id: UserId };

/** A program that acts in a workspace. */
export type ServiceAccountsTable = {
  id: ServiceAccountId;
  workspace_id: WorkspaceId;
  name: string;
  note: Generated<string>;
  /** Whether a grant may let it obtain secrets. */
  may_copy: Generated<Flag>;
  state: Generated<'active' | 'disabled'>;
  created_by: UserId | null;
  created_at: number;
  updated_at: number;
};

export type ServiceTokensTable = {
  id: ServiceTokenId;
  workspace_id: WorkspaceId;
  service_account_id: ServiceAccountId;
  name: string;
  preview: string;
  token_hash: string;
  /** JSON: list of addresses and networks, or null. */
  ip_allow_list: string | null;
  expires_at: number | null;
  created_by: UserId | null;
  created_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
};

/** `workspace_id` null: to the instance alone. */
export type InvitationsTable = {
  id: InvitationId;
  workspace_id: WorkspaceId | null;
  token_hash: string;
  /** In normal form: only this person may accept. Null: whoever has the link. */
  email: string | null;
  role: Role;
  /** JSON: list. */
  group_ids: Generated<string>;
  created_by: UserId | null;
  created_at: number;
  expires_at: number;
  accepted_by: UserId | null;
  accepted_at: number | null;
  revoked_at: number | null;
};

/** The level that somebody has on one credential. `subject_id` is empty for everyone. */
export type CredentialGrantsTable = {
  workspace_id: WorkspaceId;
  credential_id: CredentialId;
  subject_kind: GrantSubject;
  subject_id: string;
  level: GrantLevel;
  granted_by: UserId | null;
  created_at: number;
};

/** A secret that whoever has the link reads a few times. */
export type ShareLinksTable = {
  id: ShareLinkId;
  workspace_id: WorkspaceId;
  credential_id: CredentialId | null;
  label: string;
  token_hash: string;
  version: number;
  /** Null after the last view. */
  envelope: string | null;
  passphrase_hash: string | null;
  failed_attempts: Generated<number>;
  views_max: number;
  views: Generated<number>;
  created_by: UserId | null;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
};

export type TotpSecretsTable = {
  user_id: UserId;
  version: number;
  envelope: string;
  created_at: number;
  confirmed_at: number | null;
  /** The time step of the last code that was taken. */
  last_step: Generated<number>;
};

export type RecoveryCodesTable = { user_id: UserId; code_hash: string; created_at: number; used_at: number | null };

export type PasskeysTable = {
  id: PasskeyId;
  user_id: UserId;
  name: string;
  /** Base64url, as the authenticator names it. */
  webauthn_id: string;
  /** Base64url of the COSE key. */
  public_key: string;
  counter: number;
  /** JSON: list. */
  transports: Generated<string>;
  is_backed_up: Generated<Flag>;
  created_at: number;
  last_used_at: number | null;
};

/** Who somebody is at an identity provider. */
export type SsoIdentitiesTable = {
  issuer: string;
  subject: string;
  user_id: UserId;
  email: string | null;
  created_at: number;
  last_used_at: number | null;
};

/** What a browser has begun and not finished: a passkey ceremony, or a sign-in through an organisation. */
export type SignInAttemptsTable = {
  token_hash: string;
  purpose: string;
  user_id: UserId | null;
  /** JSON: challenge, nonce, verifier. */
  facts: string;
  created_at: number;
  expires_at: number;
};

/** Links that prove a mailbox or let somebody choose a new password. */
export type AccountLinksTable = {
  token_hash: string;
  purpose: 'verify_email' | 'reset_password';
  user_id: UserId;
  email: string;
  created_by: UserId | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
};

export type NotificationsTable = {
  id: NotificationId;
  user_id: UserId;
  workspace_id: WorkspaceId | null;
  kind: NotificationKind;
  /** The same thing is told once. */
  dedupe: string;
  subject_id: string | null;
  subject_label: Generated<string>;
  /** JSON: plain facts for the sentence. */
  facts: Generated<string>;
  created_at: number;
  read_at: number | null;
  /** Null: no mail, or it was sent. */
  mail_due_at: number | null;
  mail_attempts: Generated<number>;
  /** When it left by mail; all that left in one mail have the same time. */
  mailed_at: Generated<number | null>;
};

/** What a workspace's webhook is told besides budget alerts. */
export type WebhookMessagesTable = {
  id: AlertId;
  workspace_id: WorkspaceId;
  kind: NotificationKind;
  /** The same thing is told once. */
  dedupe: string;
  subject_id: string | null;
  subject_label: Generated<string>;
  /** JSON: plain facts for the sentence. */
  facts: Generated<string>;
  created_at: number;
  /** Null: the message has arrived, or is given up. */
  webhook_due_at: number | null;
  webhook_attempts: Generated<number>;
};

export type NotificationChoicesTable = { user_id: UserId; kind: NotificationKind; by_mail: Flag };

/** `value` is JSON; what is secret stands in the envelope. */
export type InstanceSettingsTable = {
  name: string;
  value: string;
  version: number;
  envelope: string | null;
  updated_by: UserId | null;
  updated_at: number;
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
  /** 1: never tested by the clock. */
  checks_off: Generated<Flag>;
  next_check_at: Generated<number | null>;
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
  actor_type: Generated<'user' | 'service_account' | 'system' | null>;
  /** JSON: how the caller was signed in. */
  auth: Generated<string | null>;
  /** From 1 in each chain; null: written before chains were kept. */
  chain_number: Generated<number | null>;
  previous_hash: Generated<string | null>;
  hash: Generated<string | null>;
};

/** Where each chain stands. `chain` is the id of a workspace, or empty for the instance. */
export type AuditChainsTable = {
  chain: string;
  last_number: number;
  last_hash: string;
  /** How many events stood there before the chain began. */
  unchained: number;
  mac: string;
};

/** Events up to `number` were removed; the chain goes on from `hash`. */
export type AuditCheckpointsTable = {
  chain: string;
  number: number;
  hash: string;
  removed: number;
  mac: string;
  created_at: number;
};

export type AuditSettingsTable = {
  chain: string;
  keep_days: number | null;
  stream_host: string | null;
  stream_version: Generated<number>;
  stream_envelope: string | null;
  stream_sent_number: Generated<number>;
  stream_due_at: number | null;
  stream_attempts: Generated<number>;
  stream_error: string | null;
  updated_at: number;
};

/** Keys that we issue for the gateway. The secret is only there as a hash. */
export type VirtualKeysTable = {
  id: VirtualKeyId;
  workspace_id: WorkspaceId;
  /** `playground` keys live an hour and are not listed. */
  kind: Generated<'standard' | 'playground'>;
  name: string;
  preview: string;
  /** SHA-256 of the secret, 64 hexadecimal characters; unique. */
  secret_hash: string;
  /** Of the secret before the last rotation, while it still works. */
  previous_hash: string | null;
  previous_until: number | null;
  /** Whose calls they are. The key never reaches further than this person. */
  owner_id: UserId | null;
  /** Set in place of the owner: a program's key. */
  service_account_id: Generated<ServiceAccountId | null>;
  /** Who was given the secret last. */
  secret_seen_by: Generated<UserId | null>;
  /** The same of the secret before, while it still works. */
  previous_seen_by: Generated<UserId | null>;
  /** 1: every credential of the workspace that the owner may use, else those of virtual_key_credentials. */
  has_all_credentials: Flag;
  /** JSON: list of models, or null. */
  models: string | null;
  /** JSON: list of `{period, nanoUsd, timeZone, topUp: {startMs, nanoUsd} | null}`, one per period. */
  budgets: Generated<string>;
  rpm: number | null;
  tpm: number | null;
  concurrent_max: number | null;
  /** JSON: list of addresses and networks, or null. */
  ip_allow_list: string | null;
  expires_at: number | null;
  /** JSON: list. */
  tags: Generated<string>;
  note: Generated<string>;
  blocks_unpriced: Generated<Flag>;
  on_disconnect: Generated<DisconnectPolicy>;
  created_at: number;
  updated_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
};

export type VirtualKeyCredentialsTable = {
  workspace_id: WorkspaceId;
  virtual_key_id: VirtualKeyId;
  credential_id: CredentialId;
  priority: number;
  weight: number;
};

export type ModelAliasesTable = { workspace_id: WorkspaceId; alias: string; model: string };

export type PriceOverridesTable = {
  workspace_id: WorkspaceId;
  provider: string;
  model: string;
  /** Nano-USD per million tokens; null: as the input. */
  input_price: number;
  output_price: number;
  cache_read_price: number | null;
  cache_write_price: number | null;
  /** Nano-USD for each request. */
  request_price: number | null;
  updated_by: UserId | null;
  updated_at: number;
};

/**
 * One row per attempt. No foreign keys: an event outlives what it names. Token columns count as the contract does:
 * `input_tokens` is all input, `output_tokens` all billed output.
 */
export type UsageEventsTable = {
  id: UsageEventId;
  workspace_id: WorkspaceId;
  request_id: string;
  attempt: number;
  is_final: Flag;
  /** When the attempt began. */
  time: number;
  dialect: string | null;
  endpoint: string;
  provider: string;
  model: string | null;
  upstream_model: string | null;
  served_model: string | null;
  credential_id: CredentialId;
  virtual_key_id: VirtualKeyId;
  member_id: CallerId | null;
  tool: string | null;
  is_stream: Flag;
  http_status: number | null;
  outcome: Outcome;
  error_code: string | null;
  error_detail: string | null;
  input_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  /** Null: unpriced. */
  cost_nano_usd: number | null;
  usage_state: UsageState;
  latency_ms: number;
  first_byte_ms: number | null;
  upstream_request_id: string | null;
  response_id: string | null;
  /** JSON: list of `{model, tokens, unitPrices}`, the buckets and the prices they were billed at. */
  lines: string;
};

/** What the tables of sums count. */
type Sums = {
  requests: number;
  attempts: number;
  errors: number;
  input_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  cost_nano_usd: number;
  /** Requests whose cost is not in `cost_nano_usd`. */
  unpriced_requests: number;
  estimated_requests: number;
  missing_requests: number;
  latency_ms_sum: number;
  latency_count: number;
  first_byte_ms_sum: number;
  first_byte_count: number;
};

/**
 * Sums by the hour, UTC, of all that tells calls apart. `model` is the one the provider was asked for. Empty text stands
 * for null, so that the primary key holds.
 */
export type UsageHoursTable = {
  workspace_id: WorkspaceId;
  hour_at: number;
  provider: string;
  model: string;
  credential_id: string;
  virtual_key_id: string;
  member_id: string;
  tool: string;
} & Sums;

/** The same sums by one dimension at a time (`all`: by none, with an empty value), by the hour and by the day of UTC. */
export type UsageSumsTable = {
  workspace_id: WorkspaceId;
  dimension: UsageGroup | 'all';
  period: 'hour' | 'day';
  starts_at: number;
  value: string;
} & Sums;

/** How many calls took how long, for percentiles. `bucket` n holds times up to 2^(n/4) ms. */
export type UsageLatenciesTable = {
  workspace_id: WorkspaceId;
  period: 'hour' | 'day';
  starts_at: number;
  provider: string;
  model: string;
  measure: 'total' | 'first_byte';
  bucket: number;
  calls: number;
};

/** One row per budget, window and threshold that was passed. */
export type BudgetAlertsTable = {
  id: AlertId;
  workspace_id: WorkspaceId;
  subject_kind: 'virtualKey' | 'key';
  subject_id: string;
  subject_label: string;
  period: BudgetPeriod;
  window_at: number;
  threshold: number;
  spent_nano_usd: number;
  limit_nano_usd: number;
  created_at: number;
  dismissed_at: number | null;
  /** Null: no webhook, or the message has arrived. */
  webhook_due_at: number | null;
  webhook_attempts: Generated<number>;
};

/** Where a workspace's alerts go. The envelope holds the address and the secret that signs messages. */
export type AlertWebhooksTable = {
  workspace_id: WorkspaceId;
  host: string;
  version: number;
  envelope: string;
  updated_at: number;
  last_sent_at: number | null;
  last_error: string | null;
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
  virtual_keys: VirtualKeysTable;
  virtual_key_credentials: VirtualKeyCredentialsTable;
  model_aliases: ModelAliasesTable;
  price_overrides: PriceOverridesTable;
  usage_events: UsageEventsTable;
  usage_hours: UsageHoursTable;
  usage_sums: UsageSumsTable;
  usage_latencies: UsageLatenciesTable;
  budget_alerts: BudgetAlertsTable;
  alert_webhooks: AlertWebhooksTable;
  groups: GroupsTable;
  group_members: GroupMembersTable;
  service_accounts: ServiceAccountsTable;
  service_tokens: ServiceTokensTable;
  invitations: InvitationsTable;
  credential_grants: CredentialGrantsTable;
  share_links: ShareLinksTable;
  totp_secrets: TotpSecretsTable;
  recovery_codes: RecoveryCodesTable;
  passkeys: PasskeysTable;
  sso_identities: SsoIdentitiesTable;
  sign_in_attempts: SignInAttemptsTable;
  account_links: AccountLinksTable;
  notifications: NotificationsTable;
  notification_choices: NotificationChoicesTable;
  webhook_messages: WebhookMessagesTable;
  instance_settings: InstanceSettingsTable;
  audit_chains: AuditChainsTable;
  audit_checkpoints: AuditCheckpointsTable;
  audit_settings: AuditSettingsTable;
};

export type TableName = keyof Schema;
export type Row<Table extends TableName> = Selectable<Schema[Table]>;
export type NewRow<Table extends TableName> = Insertable<Schema[Table]>;
export type RowChange<Table extends TableName> = Updateable<Schema[Table]>;

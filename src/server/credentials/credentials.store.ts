import { type ExpressionBuilder, sql } from 'kysely';
import type { CredentialId, WorkspaceId } from '../../contract/ids.ts';
import type { CredentialStatus } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { containsText } from '../database/portable.ts';
import type { NewRow, Row, RowChange, Schema } from '../database/schema.ts';
import { AppError } from '../http-errors.ts';
import { type AccessSubject, hasGrant } from './access.store.ts';
import type { CredentialRow } from './credential-view.ts';

export interface ListFilter {
  /** Only those on which this subject has a grant; null: all. */
  grantedTo: AccessSubject | null;
  text?: string;
  /** Providers whose names contain the text. */
  textProviders?: readonly string[];
  provider?: string;
  tag?: string;
  status?: CredentialStatus;
  /** Only those whose end lies in this time, in ms. */
  expiresBetween?: { afterMs: number; untilMs: number };
  isTrashed: boolean;
}

/** Where a credential stands: a row that has moved to another workspace is another's, and is not touched. */
type Place = Pick<Row<'credentials'>, 'id' | 'workspace_id'>;

interface Page {
  after?: { createdAt: number; id: CredentialId } | undefined;
  limit: number;
  nowMs: number;
}

type Where = ExpressionBuilder<Schema, 'credentials'>;

function visibleTo(where: Where, grantedTo: AccessSubject | null) {
  return grantedTo === null ? where.and([]) : hasGrant(where, grantedTo);
}

function matchesText(where: Where, text: string, providers: readonly string[]) {
  const hasTag = where.exists(
    where
      .selectFrom('credential_tags')
      .select(sql.lit(1).as('one'))
      .whereRef('credential_tags.credential_id', '=', 'credentials.id')
      .where((tag) => containsText(tag.ref('credential_tags.tag'), text)),
  );
  return where.or([
    containsText(where.ref('credentials.name'), text),
    containsText(where.ref('credentials.preview'), text),
    containsText(where.ref('credentials.note'), text),
    containsText(where.ref('credentials.provider'), text),
    ...(providers.length > 0 ? [where('credentials.provider', 'in', [...providers])] : []),
    hasTag,
  ]);
}

/** Newest first, starting after the given row. */
export async function listCredentialRows(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
  query: ListFilter & Page,
): Promise<Row<'credentials'>[]> {
  const { text, textProviders = [], provider, tag, status, expiresBetween, after, nowMs, grantedTo } = query;
  let select = database
    .selectFrom('credentials')
    .selectAll('credentials')
    .where('credentials.workspace_id', '=', workspaceId)
    .where('credentials.deleted_at', query.isTrashed ? 'is not' : 'is', null)
    .where((where) => visibleTo(where, grantedTo));
  if (text !== undefined) select = select.where((where) => matchesText(where, text, textProviders));
  if (provider !== undefined) select = select.where('credentials.provider', '=', provider);
  if (tag !== undefined) {
    select = select
      .innerJoin('credential_tags', 'credential_tags.credential_id', 'credentials.id')
      .where('credential_tags.tag', '=', tag);
  }
  if (expiresBetween !== undefined) {
    select = select
      .where('credentials.expires_at', '>', expiresBetween.afterMs)
      .where('credentials.expires_at', '<=', expiresBetween.untilMs);
  }
  if (status !== undefined) {
    select = select
      .where('credentials.status', '=', status)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', nowMs)]));
  }
  if (after !== undefined) {
    select = select.where((where) =>
      where.or([
        where('credentials.created_at', '<', after.createdAt),
        where.and([where('credentials.created_at', '=', after.createdAt), where('credentials.id', '>', after.id)]),
      ]),
    );
  }
  return select.orderBy('credentials.created_at', 'desc').orderBy('credentials.id').limit(query.limit).execute();
}

/** A credential of the workspace, also one in the trash. */
export async function findCredentialRow(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; id: CredentialId },
): Promise<CredentialRow | undefined> {
  return database
    .selectFrom('credentials')
    .selectAll()
    .where('workspace_id', '=', which.workspaceId)
    .where('id', '=', which.id)
    .executeTakeFirst();
}

/** The tags of each credential, in alphabetical order. */
export async function listTags(
  database: DatabaseHandle,
  credentialIds: readonly CredentialId[],
): Promise<Map<CredentialId, string[]>> {
  const tags = new Map<CredentialId, string[]>();
  if (credentialIds.length === 0) return tags;
  const rows = await database
    .selectFrom('credential_tags')
    .select(['credential_id', 'tag'])
    .where('credential_id', 'in', [...credentialIds])
    .orderBy('tag')
    .execute();
  for (const row of rows) tags.set(row.credential_id, [...(tags.get(row.credential_id) ?? []), row.tag]);
  return tags;
}

export async function insertCredential(
  transaction: DatabaseHandle,
  rows: { credential: NewRow<'credentials'>; version: NewRow<'credential_versions'>; tags: readonly string[] },
): Promise<Row<'credentials'>> {
  const { credential, version, tags } = rows;
  const row = await transaction.insertInto('credentials').values(credential).returningAll().executeTakeFirstOrThrow();
  await transaction.insertInto('credential_versions').values(version).execute();
  await insertTags(transaction, credential, tags);
  return row;
}

async function insertTags(
  transaction: DatabaseHandle,
  credential: { id: CredentialId; workspace_id: WorkspaceId },
  tags: readonly string[],
): Promise<void> {
  const rows = [...new Set(tags)].map((tag) => ({
    workspace_id: credential.workspace_id,
    credential_id: credential.id,
    tag,
  }));
  if (rows.length > 0) await transaction.insertInto('credential_tags').values(rows).execute();
}

export async function replaceTags(
  transaction: DatabaseHandle,
  credential: { id: CredentialId; workspace_id: WorkspaceId },
  tags: readonly string[],
): Promise<void> {
  await transaction.deleteFrom('credential_tags').where('credential_id', '=', credential.id).execute();
  await insertTags(transaction, credential, tags);
}

/** Throws `not_found` when somebody has just deleted it for good, or moved it to another workspace. */
export async function updateCredential(
  transaction: DatabaseHandle,
  which: Place,
  change: RowChange<'credentials'>,
): Promise<Row<'credentials'>> {
  const row = await transaction
    .updateTable('credentials')
    .set(change)
    .where('id', '=', which.id)
    .where('workspace_id', '=', which.workspace_id)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw new AppError('not_found');
  return row;
}

export async function updateCredentialsOf(
  transaction: DatabaseHandle,
  which: { workspaceId: WorkspaceId; provider: string },
  change: RowChange<'credentials'>,
): Promise<void> {
  await transaction
    .updateTable('credentials')
    .set(change)
    .where('workspace_id', '=', which.workspaceId)
    .where('provider', '=', which.provider)
    .execute();
}

/**
 * As updateCredential, for one that is still alive and at that version of its secret. Gives undefined, and writes
 * nothing, when somebody was faster.
 */
export async function updateCredentialAt(
  transaction: DatabaseHandle,
  which: Place & { version: number },
  change: RowChange<'credentials'>,
): Promise<Row<'credentials'> | undefined> {
  return transaction
    .updateTable('credentials')
    .set(change)
    .where('id', '=', which.id)
    .where('workspace_id', '=', which.workspace_id)
    .where('version', '=', which.version)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/**
 * Deletes a row in the trash, with its versions and tags, for good. Gives false, and deletes nothing, when it is not
 * there, e.g. because somebody has just restored it.
 */
export async function deleteTrashedRow(transaction: DatabaseHandle, which: Place): Promise<boolean> {
  const result = await transaction
    .deleteFrom('credentials')
    .where('id', '=', which.id)
    .where('workspace_id', '=', which.workspace_id)
    .where('deleted_at', 'is not', null)
    .executeTakeFirst();
  return Number(result.numDeletedRows) === 1;
}

/** Those that have been in the trash since before `beforeMs`, at most 100. */
export async function listLongTrashed(database: DatabaseHandle, beforeMs: number): Promise<Row<'credentials'>[]> {
  return database
    .selectFrom('credentials')
    .selectAll()
    .where('deleted_at', '<', beforeMs)
    .orderBy('deleted_at')
    .limit(100)
    .execute();
}

/** The oldest other credential of the workspace, not in the trash, whose current secret has the fingerprint. */
export async function findByFingerprint(
  database: DatabaseHandle,
  which: { workspaceId: WorkspaceId; fingerprint: string; exceptId?: CredentialId; grantedTo: AccessSubject | null },
): Promise<{ id: CredentialId; name: string } | null> {
  let select = database
    .selectFrom('credentials')
    .select(['id', 'name'])
    .where('workspace_id', '=', which.workspaceId)
    .where('fingerprint', '=', which.fingerprint)
    .where('deleted_at', 'is', null)
    .where((where) => visibleTo(where, which.grantedTo))
    .orderBy('created_at');
  if (which.exceptId !== undefined) select = select.where('id', '!=', which.exceptId);
  return (await select.executeTakeFirst()) ?? null;
}

export async function insertVersion(transaction: DatabaseHandle, row: NewRow<'credential_versions'>): Promise<void> {
  await transaction.insertInto('credential_versions').values(row).execute();
}

/** Throws `not_found` when the credential has no such version. */
export async function requireVersion(
  database: DatabaseHandle,
  which: { credentialId: CredentialId; version: number },
): Promise<Row<'credential_versions'>> {
  const row = await database
    .selectFrom('credential_versions')
    .selectAll()
    .where('credential_id', '=', which.credentialId)
    .where('version', '=', which.version)
    .executeTakeFirst();
  if (row === undefined) throw new AppError('not_found');
  return row;
}

/** Newest first, with who made each. */
export async function listVersions(database: DatabaseHandle, credentialId: CredentialId) {
  return database
    .selectFrom('credential_versions')
    .leftJoin('users', 'users.id', 'credential_versions.created_by')
    .select(['version', 'preview', 'credential_versions.created_at'])
    .select(['users.id as maker_id', 'users.name as maker_name', 'users.email_display as maker_email'])
    .where('credential_id', '=', credentialId)
    .orderBy('version', 'desc')
    .limit(1000)
    .execute();
}

interface Count {
  name: string;
  count: number;
}

/** How many credentials there are by provider, tag and status as it is now. */
export async function countCredentials(
  database: DatabaseHandle,
  of: { workspaceId: WorkspaceId; grantedTo: AccessSubject | null; nowMs: number },
): Promise<{ providers: Count[]; tags: Count[]; statuses: Count[]; trashed: number }> {
  const { workspaceId, grantedTo, nowMs } = of;
  const visible = database
    .selectFrom('credentials')
    .where('credentials.workspace_id', '=', workspaceId)
    .where((where) => visibleTo(where, grantedTo));
  const live = visible.where('credentials.deleted_at', 'is', null);
  const total = sql<number>`count(*)`;
  const status = sql<string>`case when expires_at <= ${nowMs} then 'expired' else status end`;
  const providers = await live
    .select(['provider as name', total.as('count')])
    .groupBy('provider')
    .execute();
  const statuses = await live
    .select([status.as('name'), total.as('count')])
    .groupBy(sql`1`)
    .execute();
  const tags = await live
    .innerJoin('credential_tags', 'credential_tags.credential_id', 'credentials.id')
    .select(['tag as name', total.as('count')])
    .groupBy('tag')
    .orderBy('tag')
    .limit(500)
    .execute();
  const trashed = await visible
    .select(total.as('count'))
    .where('credentials.deleted_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return { providers, statuses, tags, trashed: trashed.count };
}

import type { NotificationId, UserId, VirtualKeyId, WorkspaceId } from '../../contract/ids.ts';
import type { Locale, NotificationKind } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { NewRow, Row } from '../database/schema.ts';

export type NotificationRow = Row<'notifications'> & { workspace_name: string | null };

/** Those of a person, but for workspaces that they are no active member of any more or that are deleted. */
function selectVisible(database: DatabaseHandle, userId: UserId) {
  return database
    .selectFrom('notifications')
    .leftJoin('workspaces', 'workspaces.id', 'notifications.workspace_id')
    .leftJoin('members', (join) =>
      join
        .onRef('members.workspace_id', '=', 'notifications.workspace_id')
        .onRef('members.user_id', '=', 'notifications.user_id')
        .on('members.state', '=', 'active'),
    )
    .where('notifications.user_id', '=', userId)
    .where('workspaces.deleted_at', 'is', null)
    .where((where) =>
      where.or([where('notifications.workspace_id', 'is', null), where('members.user_id', 'is not', null)]),
    );
}

/** Newest first, starting after the given row. */
export async function listNotificationRows(
  database: DatabaseHandle,
  userId: UserId,
  query: { unreadOnly: boolean; after: { createdAt: number; id: NotificationId } | undefined; limit: number },
): Promise<NotificationRow[]> {
  const { unreadOnly, after } = query;
  let select = selectVisible(database, userId).selectAll('notifications').select('workspaces.name as workspace_name');
  if (unreadOnly) select = select.where('notifications.read_at', 'is', null);
  if (after !== undefined) {
    select = select.where((where) =>
      where.or([
        where('notifications.created_at', '<', after.createdAt),
        where.and([where('notifications.created_at', '=', after.createdAt), where('notifications.id', '<', after.id)]),
      ]),
    );
  }
  return select
    .orderBy('notifications.created_at', 'desc')
    .orderBy('notifications.id', 'desc')
    .limit(query.limit)
    .execute();
}

export async function countUnread(database: DatabaseHandle, userId: UserId): Promise<number> {
  const row = await selectVisible(database, userId)
    .where('notifications.read_at', 'is', null)
    .select(({ fn }) => fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Marks those that were not read; `ids` null: all. Somebody else's are left alone. */
export async function markRead(
  database: DatabaseHandle,
  which: { userId: UserId; ids: readonly NotificationId[] | null; nowMs: number },
): Promise<void> {
  let update = database
    .updateTable('notifications')
    .set({ read_at: which.nowMs })
    .where('user_id', '=', which.userId)
    .where('read_at', 'is', null);
  if (which.ids !== null) update = update.where('id', 'in', [...which.ids]);
  await update.execute();
}

/** Writes those that were not told before; the others are left out. */
export async function insertOnce(database: DatabaseHandle, rows: readonly NewRow<'notifications'>[]): Promise<void> {
  if (rows.length === 0) return;
  await database
    .insertInto('notifications')
    .values([...rows])
    .onConflict((conflict) => conflict.columns(['user_id', 'kind', 'dedupe']).doNothing())
    .execute();
}

/** Deletes up to `limit` that are older; gives how many. */
export async function deleteNotificationsBefore(
  database: DatabaseHandle,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<number> {
  const result = await database
    .deleteFrom('notifications')
    .where('id', 'in', (where) =>
      where.selectFrom('notifications').select('id').where('created_at', '<', beforeMs).limit(limit),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

export interface Recipient {
  id: UserId;
  hasProvedMailbox: boolean;
}

/** Of these people those whose accounts are not disabled. */
export async function listRecipients(database: DatabaseHandle, userIds: readonly UserId[]): Promise<Recipient[]> {
  if (userIds.length === 0) return [];
  const rows = await database
    .selectFrom('users')
    .select(['id', 'email_verified_at'])
    .where('id', 'in', [...userIds])
    .where('state', '=', 'active')
    .execute();
  return rows.map(({ id, email_verified_at }) => ({ id, hasProvedMailbox: email_verified_at !== null }));
}

/** What these people chose about one kind; who chose nothing is not in the result. */
export async function listChoicesOfKind(
  database: DatabaseHandle,
  { userIds, kind }: { userIds: readonly UserId[]; kind: NotificationKind },
): Promise<Map<UserId, boolean>> {
  if (userIds.length === 0) return new Map();
  const rows = await database
    .selectFrom('notification_choices')
    .select(['user_id', 'by_mail'])
    .where('user_id', 'in', [...userIds])
    .where('kind', '=', kind)
    .execute();
  return new Map(rows.map(({ user_id, by_mail }) => [user_id, by_mail === 1]));
}

export async function listChoices(database: DatabaseHandle, userId: UserId): Promise<Map<NotificationKind, boolean>> {
  const rows = await database
    .selectFrom('notification_choices')
    .select(['kind', 'by_mail'])
    .where('user_id', '=', userId)
    .execute();
  return new Map(rows.map(({ kind, by_mail }) => [kind, by_mail === 1]));
}

export async function putChoice(transaction: DatabaseHandle, row: NewRow<'notification_choices'>): Promise<void> {
  const { by_mail } = row;
  await transaction
    .insertInto('notification_choices')
    .values(row)
    .onConflict((conflict) => conflict.columns(['user_id', 'kind']).doUpdateSet({ by_mail }))
    .execute();
}

/** Active owners and administrators of a workspace whose accounts are active too. */
export async function listOverseers(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<UserId[]> {
  const rows = await database
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select('members.user_id')
    .where('members.workspace_id', '=', workspaceId)
    .where('members.role', 'in', ['owner', 'admin'])
    .where('members.state', '=', 'active')
    .where('users.state', '=', 'active')
    .limit(1000)
    .execute();
  return rows.map(({ user_id }) => user_id);
}

export interface MailRecipient {
  email: string;
  locale: Locale;
  /** How many mails left in the time asked for. */
  mails: number;
}

/** Whose mail is due, those that wait longest first. */
export async function listDueUsers(
  database: DatabaseHandle,
  { nowMs, limit }: { nowMs: number; limit: number },
): Promise<UserId[]> {
  const rows = await database
    .selectFrom('notifications')
    .select(({ fn }) => ['user_id', fn.min('mail_due_at').as('first_due_at')])
    .where('mail_due_at', '<=', nowMs)
    .groupBy('user_id')
    .orderBy('first_due_at')
    .limit(limit)
    .execute();
  return rows.map(({ user_id }) => user_id);
}

/** Somebody's mailbox, where it is proved and the account is active, and the mails since `sinceMs`; or undefined. */
export async function findMailRecipient(
  database: DatabaseHandle,
  { userId, sinceMs }: { userId: UserId; sinceMs: number },
): Promise<MailRecipient | undefined> {
  const row = await database
    .selectFrom('users')
    .select(['email_display', 'locale'])
    .select((select) =>
      select
        .selectFrom('notifications')
        .whereRef('notifications.user_id', '=', 'users.id')
        .where('notifications.mailed_at', '>', sinceMs)
        .select(({ fn }) => fn.count('notifications.mailed_at').distinct().as('mails'))
        .as('mails'),
    )
    .where('users.id', '=', userId)
    .where('users.state', '=', 'active')
    .where('users.email_verified_at', 'is not', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { email: row.email_display, locale: row.locale ?? 'en', mails: Number(row.mails ?? 0) };
}

/** What is due to be mailed to somebody and still theirs to know, oldest first. */
export async function listDueRows(
  database: DatabaseHandle,
  { userId, nowMs, limit }: { userId: UserId; nowMs: number; limit: number },
): Promise<NotificationRow[]> {
  return selectVisible(database, userId)
    .selectAll('notifications')
    .select('workspaces.name as workspace_name')
    .where('notifications.mail_due_at', '<=', nowMs)
    .orderBy('notifications.mail_due_at')
    .orderBy('notifications.id')
    .limit(limit)
    .execute();
}

/** Counts an attempt and says when the next is due, before the mail is sent. Gives false when somebody was faster. */
export async function claimMail(
  database: DatabaseHandle,
  row: Pick<NotificationRow, 'id' | 'mail_due_at' | 'mail_attempts'>,
  nextDueAt: number | null,
): Promise<boolean> {
  const result = await database
    .updateTable('notifications')
    .set({ mail_due_at: nextDueAt, mail_attempts: row.mail_attempts + 1 })
    .where('id', '=', row.id)
    .where('mail_due_at', '=', row.mail_due_at)
    .where('mail_attempts', '=', row.mail_attempts)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

export async function noteMailed(
  database: DatabaseHandle,
  { ids, nowMs }: { ids: readonly NotificationId[]; nowMs: number },
): Promise<void> {
  await database
    .updateTable('notifications')
    .set({ mail_due_at: null, mailed_at: nowMs })
    .where('id', 'in', [...ids])
    .execute();
}

/** What is due to somebody waits until then, or (null) is not mailed at all. */
export async function postponeMails(
  database: DatabaseHandle,
  which: { userId: UserId; nowMs: number; untilMs: number | null },
): Promise<void> {
  await database
    .updateTable('notifications')
    .set({ mail_due_at: which.untilMs })
    .where('user_id', '=', which.userId)
    .where('mail_due_at', '<=', which.nowMs)
    .execute();
}

/** The person whose virtual key it is; null for a program's, and for one that is gone. */
export async function findVirtualKeyOwner(database: DatabaseHandle, id: VirtualKeyId): Promise<UserId | null> {
  const row = await database.selectFrom('virtual_keys').select('owner_id').where('id', '=', id).executeTakeFirst();
  return row?.owner_id ?? null;
}

/** The account with an e-mail in normal form, where the mailbox is proved. */
export async function findProvedUser(database: DatabaseHandle, email: string): Promise<UserId | undefined> {
  const row = await database
    .selectFrom('users')
    .select('id')
    .where('email', '=', email)
    .where('email_verified_at', 'is not', null)
    .executeTakeFirst();
  return row?.id;
}

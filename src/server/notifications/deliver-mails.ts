import type { UserId } from '../../contract/ids.ts';
import type { Locale } from '../../contract/vocabulary.ts';
import { AppError } from '../http-errors.ts';
import type { MailMessage } from '../mail/mailer.ts';
import type { Services } from '../services.ts';
import { sentenceOf } from './notification-texts.ts';
import {
  claimMail,
  findMailRecipient,
  listDueRows,
  listDueUsers,
  type NotificationRow,
  noteMailed,
  postponeMails,
} from './notifications.store.ts';
import { readFacts } from './notifications.ts';

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long to wait after the first, second ... failure; every later one waits as long as the last. */
const WAITS_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 120 * MINUTE_MS];
const ATTEMPTS_MAX = 8;
/** Mails to one person in an hour. What comes meanwhile goes together in the next. */
export const MAILS_PER_HOUR = 6;
const USERS_AT_ONCE = 20;
const ROWS_PER_MAIL = 50;

interface Run {
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/**
 * Mails what is due, to each person as one mail; gives how many left. Called by the housekeeping timer; of several
 * processes one sends a notification, and a run that dies leaves it to a later one.
 */
export async function mailDueNotifications(services: Services, run: Run): Promise<number> {
  const { nowMs, signal } = run;
  const { kysely } = services.database;
  const userIds = await listDueUsers(kysely, { nowMs, limit: USERS_AT_ONCE });
  if (userIds.length === 0) return 0;
  const isSetUp = await services.mail.isSetUp();
  let sent = 0;
  for (const userId of userIds) {
    if (signal.aborted) break;
    if (!isSetUp) await postponeMails(kysely, { userId, nowMs, untilMs: null });
    else {
      const result = await mailTo(services, userId, run);
      if (result === 'sent') sent += 1;
      // Where the server takes one person's mail not, it hardly takes another's now.
      if (result === 'failed') break;
    }
  }
  return sent;
}

async function mailTo(services: Services, userId: UserId, { nowMs }: Run): Promise<'sent' | 'failed' | 'nothing'> {
  const { kysely } = services.database;
  const recipient = await findMailRecipient(kysely, { userId, sinceMs: nowMs - HOUR_MS });
  if (recipient !== undefined && recipient.mails >= MAILS_PER_HOUR) {
    await postponeMails(kysely, { userId, nowMs, untilMs: nowMs + 10 * MINUTE_MS });
    return 'nothing';
  }
  const due = recipient === undefined ? [] : await listDueRows(kysely, { userId, nowMs, limit: ROWS_PER_MAIL });
  // Nobody to write to, or only of workspaces that are not theirs to know of any more.
  if (recipient === undefined || due.length === 0) {
    await postponeMails(kysely, { userId, nowMs, untilMs: null });
    return 'nothing';
  }
  const claimed: NotificationRow[] = [];
  for (const row of due) {
    const attempt = row.mail_attempts + 1;
    const waitMs = WAITS_MS[Math.min(attempt, WAITS_MS.length) - 1] ?? 0;
    const nextDueAt = attempt >= ATTEMPTS_MAX ? null : nowMs + waitMs;
    if (await claimMail(kysely, row, nextDueAt)) claimed.push(row);
  }
  if (claimed.length === 0) return 'nothing';
  try {
    await services.mail.send(toMail(services, claimed, { to: recipient.email, locale: recipient.locale }));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    services.log.warn({ userId, code: error.code }, 'notifications could not be mailed');
    return 'failed';
  }
  await noteMailed(kysely, { ids: claimed.map(({ id }) => id), nowMs });
  return 'sent';
}

const words: Readonly<Record<Locale, { many: (count: number) => string; close: string }>> = {
  en: {
    many: (count) => `${count} notifications`,
    close: 'You choose in your settings what you are told by mail.',
  },
  'zh-CN': { many: (count) => `${count} 条通知`, close: '你可以在设置中选择哪些通知发送到邮箱。' },
};

function toMail(
  { config }: Services,
  rows: readonly NotificationRow[],
  { to, locale }: { to: string; locale: Locale },
): MailMessage {
  const sentences = rows.map((row) =>
    sentenceOf({ kind: row.kind, label: row.subject_label, facts: readFacts(row) }, locale),
  );
  const items = rows.map((row, index) => {
    const place = row.workspace_name === null ? '' : ` · ${row.workspace_name}`;
    return `${sentences[index]}\n${new Date(row.created_at).toISOString()}${place}`;
  });
  const [only = ''] = sentences;
  const address = config.publicUrl === undefined ? [] : [new URL('/notifications', config.publicUrl).href];
  return {
    to,
    subject: `API Key Manager: ${rows.length === 1 ? only : words[locale].many(rows.length)}`,
    text: `${[...items, ...address, words[locale].close].join('\n\n')}\n`,
  };
}

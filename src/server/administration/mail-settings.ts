import type { OperationInput } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import { isLoopback } from '../config.ts';
import type { AccountContext, Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import type { MailMessage, MailServer } from '../mail/mailer.ts';
import { Secret } from '../secret.ts';
import { readSetting, type SettingValue } from '../settings/settings.ts';
import { changeSetting, removeSetting } from './change-setting.ts';

type Mail = SettingValue<'mail'>;
type Input = OperationInput<Operations['PUT /api/admin/settings/mail']>['body'];

export const readMailSettings: Handler<'GET /api/admin/settings/mail'> = async ({ services }) => {
  const setting = await readSetting(services, 'mail');
  return {
    value: setting?.value ?? null,
    hasSecret: setting?.hasSecret ?? false,
    updatedAt: setting === null ? null : new Date(setting.updatedAtMs).toISOString(),
  };
};

export const setMailSettings: Handler<'PUT /api/admin/settings/mail'> = async (context, { body }) => {
  const value = toMail(body);
  await changeSetting(context, {
    name: 'mail',
    value,
    // A user name that is gone takes its password along.
    secret: value.username === null ? null : body.secret,
    check: (before) => demandSecret(before, value, body.secret),
    details: { host: value.host, port: value.port, security: value.security, from: value.from },
  });
  return readMailSettings(context, { params: undefined, query: undefined, body: undefined });
};

export const removeMailSettings: Handler<'DELETE /api/admin/settings/mail'> = async (context) => {
  await removeSetting(context, 'mail');
  return undefined;
};

export const testMailSettings: Handler<'POST /api/admin/settings/mail/test'> = async (context, { body }) => {
  const { services, user } = context;
  await services.throttles.take('mailTest', user.id);
  const message = testMessage(context, body.to);
  await recordAuditEvent(services.database.kysely, context, {
    action: 'setting.mail_tested',
    actor: context.actor,
    target: { type: 'setting', id: 'mail', label: 'mail' },
    details: { to: body.to, stored: body.settings === undefined },
  });
  if (body.settings === undefined) await services.mail.send(message);
  else await services.mail.sendBy(await toServer(context, body.settings), message);
  return undefined;
};

/** The settings as they are sent, before they are stored; without a password, with the stored one for the same server. */
async function toServer({ services }: AccountContext, input: Input): Promise<MailServer> {
  const settings = toMail(input);
  if (settings.username === null || input.secret === null) return { settings, password: null };
  if (input.secret !== undefined) return { settings, password: new Secret(input.secret) };
  const stored = await readSetting(services, 'mail');
  demandSecret(stored?.value ?? null, settings, input.secret);
  return { settings, password: (await stored?.openSecret()) ?? null };
}

function toMail({ secret: _secret, ...value }: Input): Mail {
  if (value.security === 'none' && value.username !== null && !isLoopback(value.host)) {
    throw invalid('security', 'must not be none with a user name: the password would cross the network in clear');
  }
  return value;
}

/** A stored password goes only where it was given for: to that host and port, protected as it was, for that user. */
function demandSecret(before: Mail | null, after: Mail, secret: string | null | undefined): void {
  if (before === null || after.username === null || secret !== undefined) return;
  const isSame = (['host', 'port', 'security', 'username'] as const).every((field) => before[field] === after[field]);
  if (!isSame) throw new AppError('secret_needed');
}

function invalid(path: string, message: string): AppError {
  return new AppError('invalid_input', { message: `'${path}': ${message}`, details: [{ path, message }] });
}

function testMessage({ user }: AccountContext, to: string): MailMessage {
  return user.locale === 'zh-CN'
    ? { to, subject: 'API Key Manager 测试邮件', text: '如果你能读到这封邮件，说明邮件服务器设置正确。\n' }
    : { to, subject: 'API Key Manager: a test', text: 'If you can read this, the mail server is set up right.\n' };
}

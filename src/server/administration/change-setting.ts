import type { AuditAction, AuditEntry } from '../audit-events/audit-events.ts';
import { recordAuditEvent } from '../audit-events/audit-events.ts';
import type { AccountContext } from '../context.ts';
import type { Transaction } from '../database/open.ts';
import { lockUntilCommit } from '../database/portable.ts';
import { Secret } from '../secret.ts';
import {
  deleteSetting,
  prepareSetting,
  readSettingValue,
  type SettingName,
  type SettingValue,
  writeSetting,
} from '../settings/settings.ts';

type Secrets = { readonly secret: string | null | undefined };

interface Change<Name extends SettingName> {
  readonly name: Name;
  readonly value: SettingValue<Name>;
  /** What was sent: undefined keeps what is stored. */
  readonly secret: string | null | undefined;
  /** Refuses the change by what is stored now; called with the setting locked. */
  readonly check?: (before: SettingValue<Name> | null, sent: Secrets) => void;
  /** What the audit trail is told besides the name: never anything secret. */
  readonly details: NonNullable<AuditEntry['details']>;
}

/** Writes a setting with its audit event, in one transaction that no other change of it gets between. */
export async function changeSetting<Name extends SettingName>(
  context: AccountContext,
  { name, value, secret, check, details }: Change<Name>,
): Promise<void> {
  const { services, user, nowMs } = context;
  await prepareSetting(services);
  await services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, `setting:${name}`);
    check?.(await readSettingValue(transaction, name), { secret });
    await writeSetting(services, transaction, {
      name,
      value,
      secret: typeof secret === 'string' ? new Secret(secret) : secret,
      updatedBy: user.id,
      nowMs,
    });
    const secretChanged = secret === undefined ? {} : { secretChanged: true };
    await recordOnSetting(transaction, context, {
      action: 'setting.changed',
      name,
      details: { ...details, ...secretChanged },
    });
  });
}

/** Takes a setting away; does nothing, and writes nothing down, where there is none. */
export async function removeSetting(context: AccountContext, name: SettingName): Promise<void> {
  await context.services.database.transaction(async (transaction) => {
    await lockUntilCommit(transaction, `setting:${name}`);
    if (!(await deleteSetting(transaction, name))) return;
    await recordOnSetting(transaction, context, { action: 'setting.removed', name });
  });
}

async function recordOnSetting(
  transaction: Transaction,
  context: AccountContext,
  { action, name, details }: { action: AuditAction; name: SettingName; details?: AuditEntry['details'] },
): Promise<void> {
  await recordAuditEvent(transaction, context, {
    action,
    actor: context.actor,
    target: { type: 'setting', id: name, label: name },
    ...(details === undefined ? {} : { details }),
  });
}

import { z } from 'zod';
import type { UserId } from '../../contract/ids.ts';
import { mailSecurities, signUpModes } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';
import type { Secret } from '../secret.ts';
import type { Services } from '../services.ts';
import type { SealedRecord } from '../vault/seal-context.ts';
import { deleteSettingRow, findSettingRow, putSettingRow } from './settings.store.ts';

/**
 * What administrators set for the whole instance, by name. A setting is plain JSON; what is secret in one of them (the
 * password of the mail server, the client secret of single sign-on) is sealed beside it.
 */
export const settings = {
  /** Where mail is handed in. The secret is the password. */
  mail: z.object({
    host: z.string(),
    port: z.number().int(),
    /** `tls` from the first byte, `starttls` before anything is said, `none` for a relay on this machine. */
    security: z.enum(mailSecurities),
    username: z.string().nullable(),
    from: z.string(),
  }),
  /** Signing in through an organisation by OpenID Connect. The secret is the client's. */
  sso: z.object({
    issuer: z.string(),
    clientId: z.string(),
    /** What the button says. */
    name: z.string(),
    /** Whether somebody unknown gets an account; their mailbox must be one of `domains`, unless that is empty. */
    createsAccounts: z.boolean(),
    domains: z.array(z.string()),
    /** Whether a second factor that the provider reports counts here. */
    trustsProviderMfa: z.boolean(),
  }),
  signUp: z.object({ mode: z.enum(signUpModes) }),
  branding: z.object({ name: z.string().nullable(), signInNote: z.string().nullable() }),
  terms: z.object({ en: z.string().nullable(), 'zh-CN': z.string().nullable() }),
} as const;

export type SettingName = keyof typeof settings;
export type SettingValue<Name extends SettingName> = z.output<(typeof settings)[Name]>;

export interface Setting<Name extends SettingName> {
  readonly value: SettingValue<Name>;
  readonly hasSecret: boolean;
  readonly updatedAtMs: number;
  /** Opens the secret; null where there is none. Throws SealError. */
  openSecret(): Promise<Secret | null>;
}

type Place = Pick<Services, 'database' | 'vault'>;

const recordOf = ({ name, version }: Pick<Row<'instance_settings'>, 'name' | 'version'>): SealedRecord => ({
  column: 'instance_settings.envelope',
  row: name,
  version,
});

/** A setting, or null when nobody has made one or an older version wrote another shape. */
export async function readSetting<Name extends SettingName>(
  { database, vault }: Place,
  name: Name,
): Promise<Setting<Name> | null> {
  const row = await findSettingRow(database.kysely, name);
  const value = row === undefined ? null : parseValue(row, name);
  if (row === undefined || value === null) return null;
  const { envelope } = row;
  return {
    value,
    hasSecret: envelope !== null,
    updatedAtMs: row.updated_at,
    async openSecret() {
      if (envelope === null) return null;
      await vault.loadDataKey('system', 'open');
      return vault.open('system', recordOf(row), envelope);
    },
  };
}

/** The same without its secret, by a handle that may be a transaction. */
export async function readSettingValue<Name extends SettingName>(
  database: DatabaseHandle,
  name: Name,
): Promise<SettingValue<Name> | null> {
  const row = await findSettingRow(database, name);
  return row === undefined ? null : parseValue(row, name);
}

function parseValue<Name extends SettingName>(row: Row<'instance_settings'>, name: Name): SettingValue<Name> | null {
  const parsed = settings[name].safeParse(parseJson(row.value));
  // The schema was picked by the name, which the compiler cannot follow.
  return parsed.success ? (parsed.data as SettingValue<Name>) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Has the key that seals secrets of settings ready. Comes before the transaction that writes one. */
export async function prepareSetting({ vault }: Pick<Services, 'vault'>): Promise<void> {
  await vault.loadDataKey('system', 'seal');
}

/** Writes a setting in the caller's transaction. `secret`: a new one, null for none, undefined to keep what is there. */
export async function writeSetting<Name extends SettingName>(
  { vault }: Pick<Services, 'vault'>,
  transaction: DatabaseHandle,
  setting: {
    name: Name;
    value: SettingValue<Name>;
    secret: Secret | null | undefined;
    updatedBy: UserId;
    nowMs: number;
  },
): Promise<void> {
  const { name, value, secret } = setting;
  const before = await findSettingRow(transaction, name);
  const version = (before?.version ?? 0) + (secret === undefined && before !== undefined ? 0 : 1);
  const envelope =
    secret === undefined
      ? (before?.envelope ?? null)
      : secret === null
        ? null
        : vault.seal('system', recordOf({ name, version }), secret);
  await putSettingRow(transaction, {
    name,
    value: JSON.stringify(settings[name].parse(value)),
    version,
    envelope,
    updated_by: setting.updatedBy,
    updated_at: setting.nowMs,
  });
}

/** Takes a setting away, with its secret, in the caller's transaction. Gives whether there was one. */
export async function deleteSetting(transaction: DatabaseHandle, name: SettingName): Promise<boolean> {
  return deleteSettingRow(transaction, name);
}

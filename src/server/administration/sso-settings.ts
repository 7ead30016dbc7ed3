import { addressOf } from '../accounts/link-address.ts';
import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { readSetting, type SettingValue } from '../settings/settings.ts';
import { findProvider } from '../sso/discovery.ts';
import { CALLBACK_PATH } from '../sso/sign-on.ts';
import { changeSetting, removeSetting } from './change-setting.ts';

export const readSsoSettings: Handler<'GET /api/admin/settings/sso'> = async (context) => {
  const setting = await readSetting(context.services, 'sso');
  return {
    value: setting?.value ?? null,
    hasSecret: setting?.hasSecret ?? false,
    updatedAt: setting === null ? null : new Date(setting.updatedAtMs).toISOString(),
    redirectUri: addressOf(context, CALLBACK_PATH),
  };
};

/**
 * The issuer is kept as the provider itself spells it, because identities are told apart by it. Throws
 * `sso_provider_refused` when its discovery document cannot be read or is another issuer's.
 */
export const setSsoSettings: Handler<'PUT /api/admin/settings/sso'> = async (context, { body }) => {
  const { secret, ...input } = body;
  const check = (before: SettingValue<'sso'> | null, after: SettingValue<'sso'>): void => {
    if (before === null || secret !== undefined) return;
    // The secret was given for one client of one provider, and is shown to no other.
    const isSame = sameAddress(before.issuer, after.issuer) && before.clientId === after.clientId;
    if (!isSame) throw new AppError('secret_needed');
  };
  const stored = await readSetting(context.services, 'sso');
  check(stored?.value ?? null, input);
  const provider = await findProvider(context.services, input.issuer, { isNew: true });
  const value = { ...input, issuer: provider.issuer };
  const { issuer, clientId, createsAccounts, domains, trustsProviderMfa } = value;
  await changeSetting(context, {
    name: 'sso',
    value,
    secret,
    check: (before) => check(before, value),
    details: { issuer, clientId, createsAccounts, domains, trustsProviderMfa },
  });
  return readSsoSettings(context, { params: undefined, query: undefined, body: undefined });
};

export const removeSsoSettings: Handler<'DELETE /api/admin/settings/sso'> = async (context) => {
  await removeSetting(context, 'sso');
  return undefined;
};

const sameAddress = (a: string, b: string): boolean => URL.parse(a)?.href === URL.parse(b)?.href;

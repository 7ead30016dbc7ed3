import type { CallContext, Handler } from '../context.ts';
import { readSetting, readSettingValue } from '../settings/settings.ts';
import { signUpMode } from '../settings/sign-up-mode.ts';
import { changeSetting } from './change-setting.ts';

const nothing = { params: undefined, query: undefined, body: undefined };

export const readSignUp: Handler<'GET /api/admin/settings/sign-up'> = async ({ services }) => {
  const { kysely } = services.database;
  const isSet = (await readSettingValue(kysely, 'signUp')) !== null;
  return { mode: await signUpMode(services, kysely), source: isSet ? 'setting' : 'environment' };
};

export const setSignUp: Handler<'PUT /api/admin/settings/sign-up'> = async (context, { body }) => {
  await changeSetting(context, { name: 'signUp', value: body, secret: null, details: { mode: body.mode } });
  return readSignUp(context, nothing);
};

export const readBranding: Handler<'GET /api/admin/settings/branding'> = async ({ services }) =>
  (await readSettingValue(services.database.kysely, 'branding')) ?? { name: null, signInNote: null };

export const setBranding: Handler<'PUT /api/admin/settings/branding'> = async (context, { body }) => {
  const value = { name: body.name, signInNote: emptyToNull(body.signInNote) };
  await changeSetting(context, { name: 'branding', value, secret: null, details: { name: value.name ?? '' } });
  return readBranding(context, nothing);
};

export const setTerms: Handler<'PUT /api/admin/settings/terms'> = async (context, { body }) => {
  const value = { en: emptyToNull(body.en), 'zh-CN': emptyToNull(body['zh-CN']) };
  const written = Object.entries(value).flatMap(([locale, text]) => (text === null ? [] : [locale]));
  await changeSetting(context, { name: 'terms', value, secret: null, details: { written } });
  return findTerms(context);
};

export const readTerms: Handler<'GET /api/terms'> = (context) => findTerms(context);

export const readTermsSetting: Handler<'GET /api/admin/settings/terms'> = (context) => findTerms(context);

async function findTerms({ services }: Pick<CallContext, 'services'>) {
  const setting = await readSetting(services, 'terms');
  return {
    en: setting?.value.en ?? null,
    'zh-CN': setting?.value['zh-CN'] ?? null,
    updatedAt: setting === null ? null : new Date(setting.updatedAtMs).toISOString(),
  };
}

function emptyToNull(text: string | null): string | null {
  return text === '' ? null : text;
}

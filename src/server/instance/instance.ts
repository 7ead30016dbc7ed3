import { isAllowed } from '../../contract/permissions.ts';
import { canSendLinks } from '../accounts/account-mail.ts';
import { isFirstAccountMissing, needsSetupToken } from '../accounts/accounts.ts';
import { addressOf } from '../accounts/link-address.ts';
import { PASSWORD_LENGTH_MIN } from '../accounts/password.ts';
import { readRecentEvents } from '../audit-events/audit-events.ts';
import type { Handler } from '../context.ts';
import { listAttention } from '../credentials/attention.ts';
import { listCredentials, readFacets } from '../credentials/list-credentials.ts';
import { AppError, DATABASE_RETRY_SECONDS } from '../http-errors.ts';
import type { Services } from '../services.ts';
import { readSettingValue } from '../settings/settings.ts';
import { signUpMode } from '../settings/sign-up-mode.ts';

const RECENT_KEYS = 5;
const RECENT_EVENTS = 10;

export const readHealth: Handler<'GET /api/health'> = async ({ services, nowMs }) => {
  const database = await services.database.checkHealth();
  // The vault's check lies in the database: without one there is nothing to say about it.
  const vault = database.ok ? await checkVault(services) : 'unknown';
  if (!database.ok || vault !== 'ok') {
    throw new AppError('unavailable', {
      message: database.ok ? 'The vault does not open with the encryption key of this server.' : database.message,
      details: { database: database.ok ? 'ok' : 'failed', vault },
      retryAfterSeconds: DATABASE_RETRY_SECONDS,
    });
  }
  return {
    status: 'ok',
    version: services.version,
    time: new Date(nowMs).toISOString(),
    checks: { database: 'ok', vault: 'ok' },
  };
};

async function checkVault({ vault }: Services): Promise<'ok' | 'failed'> {
  return (await vault.checkHealth()) ? 'ok' : 'failed';
}

export const readInstance: Handler<'GET /api/instance'> = async (context) => {
  const { services } = context;
  const database = services.database.kysely;
  const needsFirstAccount = await isFirstAccountMissing(context);
  const branding = await readSettingValue(database, 'branding');
  const sso = await readSettingValue(database, 'sso');
  return {
    version: services.version,
    signUp: await signUpMode(services, database),
    needsFirstAccount,
    needsSetupToken: needsFirstAccount && needsSetupToken(context),
    passwordLengthMin: PASSWORD_LENGTH_MIN,
    name: branding?.name ?? null,
    signInNote: branding?.signInNote ?? null,
    mailIsSetUp: await canSendLinks(context),
    // A provider can send nobody back to a server that does not know its own address.
    sso: sso === null || addressOf(context, '/') === null ? null : { name: sso.name },
  };
};

export const readOverview: Handler<'GET /api/overview'> = async (context) => {
  const { services, workspace } = context;
  const database = services.database.kysely;
  const nothing = { params: undefined, body: undefined };
  const facets = await readFacets(context, { ...nothing, query: undefined });
  const recent = await listCredentials(context, { ...nothing, query: { limit: RECENT_KEYS } });
  const models = await services.catalogue.modelsOf(database, workspace.id);
  const readsWholeTrail = isAllowed('audit:export', workspace.role, null);
  return {
    keys: {
      total: facets.total,
      byStatus: Object.fromEntries(facets.statuses.map(({ status, count }) => [status, count])),
    },
    providersUsed: facets.providers.length,
    modelsKnown: models.length,
    needAttention: await listAttention(context),
    recentKeys: recent.items,
    // Events name keys, virtual keys and people: for those who may read the whole trail.
    recentEvents: readsWholeTrail ? await readRecentEvents(database, workspace.id, RECENT_EVENTS) : [],
  };
};

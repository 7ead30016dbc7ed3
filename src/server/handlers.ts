import { changeMe, changePassword, confirmPassword, login, readMe, register } from './accounts/accounts.ts';
import { dismissAlert, listAlerts } from './alerts/alerts.ts';
import { deleteWebhook, readWebhook, setWebhook, testWebhook } from './alerts/webhook.ts';
import type { Handlers } from './context.ts';
import { copyCredential } from './credentials/copy-credential.ts';
import { listCredentialEvents } from './credentials/credential-events.ts';
import { listCredentialVersions, restoreCredentialVersion } from './credentials/credential-versions.ts';
import { changeCredential, createCredential, readCredential } from './credentials/credentials.ts';
import { listGrants, setGrant } from './credentials/grants.ts';
import { listCredentials, readFacets } from './credentials/list-credentials.ts';
import { moveCredential } from './credentials/move-credential.ts';
import { testCredential } from './credentials/test-credential.ts';
import { purgeCredential, restoreCredential, trashCredential } from './credentials/trash.ts';
import { readHealth, readInstance, readOverview } from './instance/instance.ts';
import { listModelAliases, replaceModelAliases } from './model-aliases/model-aliases.ts';
import { listModels, readProviderModels } from './models/models.ts';
import { deletePrice, listPrices, setPrice } from './prices/price-overrides.ts';
import {
  changeCustomProvider,
  createCustomProvider,
  deleteCustomProvider,
  listCustomProviders,
} from './providers/custom-providers.ts';
import { listProviders } from './providers/known-providers.ts';
import { listSessions, logout, revokeOtherSessions, revokeSession } from './sessions/sessions.ts';
import { exportUsage } from './usage/usage-export.ts';
import { listUsageEvents, readUsageEvent } from './usage/usage-log.ts';
import { readUsageSeries } from './usage/usage-series.ts';
import { readUsageStatus } from './usage/usage-status.ts';
import { readUsageSummary } from './usage/usage-summary.ts';
import { createPlaygroundKey } from './virtual-keys/playground-key.ts';
import { rotateVirtualKey } from './virtual-keys/rotate-virtual-key.ts';
import { topUpBudget } from './virtual-keys/top-up-budget.ts';
import {
  changeVirtualKey,
  createVirtualKey,
  listVirtualKeys,
  readVirtualKey,
  revokeVirtualKey,
} from './virtual-keys/virtual-keys.ts';

/** What answers each operation of the contract. A missing one does not compile. */
export const handlers: Handlers = {
  'GET /api/health': readHealth,
  'GET /api/instance': readInstance,
  'GET /api/overview': readOverview,

  'POST /api/register': register,
  'POST /api/login': login,
  'POST /api/logout': logout,
  'GET /api/me': readMe,
  'PUT /api/me': changeMe,
  'POST /api/me/password': changePassword,
  'POST /api/me/confirm': confirmPassword,
  'GET /api/sessions': listSessions,
  'DELETE /api/sessions': revokeOtherSessions,
  'DELETE /api/sessions/{id}': revokeSession,

  'GET /api/keys': listCredentials,
  'POST /api/keys': createCredential,
  'GET /api/keys/facets': readFacets,
  'POST /api/keys/test': testCredential,
  'GET /api/keys/{id}': readCredential,
  'PUT /api/keys/{id}': changeCredential,
  'DELETE /api/keys/{id}': trashCredential,
  'POST /api/keys/{id}/restore': restoreCredential,
  'POST /api/keys/{id}/purge': purgeCredential,
  'POST /api/keys/{id}/copy': copyCredential,
  'GET /api/keys/{id}/versions': listCredentialVersions,
  'POST /api/keys/{id}/versions/{version}/restore': restoreCredentialVersion,
  'GET /api/keys/{id}/events': listCredentialEvents,
  'POST /api/keys/{id}/models': readProviderModels,
  'GET /api/keys/{id}/grants': listGrants,
  'PUT /api/keys/{id}/grants': setGrant,
  'POST /api/keys/{id}/move': moveCredential,

  'GET /api/keys/providers': listProviders,
  'GET /api/custom-providers': listCustomProviders,
  'POST /api/custom-providers': createCustomProvider,
  'PUT /api/custom-providers/{id}': changeCustomProvider,
  'DELETE /api/custom-providers/{id}': deleteCustomProvider,

  'GET /api/models': listModels,

  'GET /api/virtual-keys': listVirtualKeys,
  'POST /api/virtual-keys': createVirtualKey,
  'GET /api/virtual-keys/{id}': readVirtualKey,
  'PUT /api/virtual-keys/{id}': changeVirtualKey,
  'DELETE /api/virtual-keys/{id}': revokeVirtualKey,
  'POST /api/virtual-keys/{id}/rotate': rotateVirtualKey,
  'POST /api/virtual-keys/{id}/top-up': topUpBudget,
  'POST /api/playground/key': createPlaygroundKey,
  'GET /api/usage/summary': readUsageSummary,
  'GET /api/usage/series': readUsageSeries,
  'GET /api/usage/events': listUsageEvents,
  'GET /api/usage/events/{id}': readUsageEvent,
  'GET /api/usage/export': exportUsage,
  'GET /api/usage/status': readUsageStatus,
  'GET /api/prices': listPrices,
  'PUT /api/prices': setPrice,
  'DELETE /api/prices': deletePrice,
  'GET /api/model-aliases': listModelAliases,
  'PUT /api/model-aliases': replaceModelAliases,
  'GET /api/alerts': listAlerts,
  'POST /api/alerts/{id}/dismiss': dismissAlert,
  'GET /api/alerts/webhook': readWebhook,
  'PUT /api/alerts/webhook': setWebhook,
  'DELETE /api/alerts/webhook': deleteWebhook,
  'POST /api/alerts/webhook/test': testWebhook,
};

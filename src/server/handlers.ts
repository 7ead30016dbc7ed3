import { changeMe, readMe, register } from './accounts/accounts.ts';
import { changePassword } from './accounts/change-password.ts';
import { confirmIdentity } from './accounts/confirm.ts';
import { askForVerification, changeEmail, finishVerification } from './accounts/email-address.ts';
import { askForReset, finishReset } from './accounts/password-reset.ts';
import { readSecurity } from './accounts/security.ts';
import { login } from './accounts/sign-in.ts';
import { changeUser, removeFactorsOfUser, resetUser, signOutUser } from './administration/change-user.ts';
import { deleteUser } from './administration/delete-user.ts';
import { readInstanceUsage } from './administration/instance-usage.ts';
import {
  readMailSettings,
  removeMailSettings,
  setMailSettings,
  testMailSettings,
} from './administration/mail-settings.ts';
import {
  readBranding,
  readSignUp,
  readTerms,
  readTermsSetting,
  setBranding,
  setSignUp,
  setTerms,
} from './administration/plain-settings.ts';
import { readSsoSettings, removeSsoSettings, setSsoSettings } from './administration/sso-settings.ts';
import { readSystem } from './administration/system.ts';
import { listUsers } from './administration/users.ts';
import { dismissAlert, listAlerts } from './alerts/alerts.ts';
import { deleteWebhook, readWebhook, setWebhook, testWebhook } from './alerts/webhook.ts';
import {
  readAuditSettings,
  readInstanceAuditSettings,
  setAuditSettings,
  setInstanceAuditSettings,
} from './audit-events/audit-settings.ts';
import { exportAuditEvents, listAuditEvents, listInstanceEvents } from './audit-events/list-events.ts';
import { verifyAuditEvents, verifyInstanceEvents } from './audit-events/verify-events.ts';
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
import { changeGroup, createGroup, deleteGroup, listGroups } from './groups/groups.ts';
import { readHealth, readInstance, readOverview } from './instance/instance.ts';
import { acceptInvitation } from './invitations/accept-invitation.ts';
import { createInvitation, listInvitations, revokeInvitation } from './invitations/invitations.ts';
import { readInvitation } from './invitations/linked-invitation.ts';
import { changeMember, removeMember } from './members/change-member.ts';
import { listCopiedKeys } from './members/copied-keys.ts';
import { leaveWorkspace } from './members/leave-workspace.ts';
import { listMembers } from './members/members.ts';
import { transferWorkspace } from './members/transfer-workspace.ts';
import { listModelAliases, replaceModelAliases } from './model-aliases/model-aliases.ts';
import { listModels, readProviderModels } from './models/models.ts';
import { changeChoices, readChoices } from './notifications/choices.ts';
import { listNotifications, readNotifications } from './notifications/notifications.ts';
import { deletePrice, listPrices, setPrice } from './prices/price-overrides.ts';
import {
  changeCustomProvider,
  createCustomProvider,
  deleteCustomProvider,
  listCustomProviders,
} from './providers/custom-providers.ts';
import { listProviders } from './providers/known-providers.ts';
import { confirmTotpSecret, connectTotp, disconnectTotp } from './second-factors/connect-totp.ts';
import { addPasskey, beginPasskey, listPasskeys, removePasskey, renamePasskey } from './second-factors/passkeys.ts';
import { beginPasskeyProof, loginByPasskey } from './second-factors/prove-passkey.ts';
import { makeRecoveryCodes } from './second-factors/recovery-codes.ts';
import {
  changeServiceAccount,
  createServiceAccount,
  deleteServiceAccount,
  listServiceAccounts,
} from './service-accounts/service-accounts.ts';
import { createServiceToken, listServiceTokens, revokeServiceToken } from './service-accounts/service-tokens.ts';
import { listSessions, logout, revokeOtherSessions, revokeSession } from './sessions/sessions.ts';
import { listSignIns } from './sessions/sign-ins.ts';
import { openShared, readShared } from './share-links/open-shared.ts';
import { createShareLink, listShareLinks, revokeShareLink } from './share-links/share-links.ts';
import { disconnectIdentity, listMyIdentities } from './sso/identities.ts';
import { finishSso, proveSecondFactor, startSso } from './sso/sign-in.ts';
import { finishWhileSignedIn, startConfirm, startLink } from './sso/while-signed-in.ts';
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
import { changePolicy, renameWorkspace } from './workspaces/change-workspace.ts';
import { createWorkspace } from './workspaces/create-workspace.ts';
import { deleteWorkspace, listDeletedWorkspaces, restoreWorkspace } from './workspaces/deleted-workspaces.ts';
import { readWorkspace } from './workspaces/workspace-view.ts';

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
  'POST /api/me/confirm': confirmIdentity,
  'PUT /api/me/email': changeEmail,
  'POST /api/login/passkey': loginByPasskey,
  'POST /api/login/passkey/options': beginPasskeyProof,
  'POST /api/password-reset': askForReset,
  'POST /api/password-reset/finish': finishReset,
  'GET /api/me/security': readSecurity,
  'POST /api/me/totp': connectTotp,
  'POST /api/me/totp/confirm': confirmTotpSecret,
  'DELETE /api/me/totp': disconnectTotp,
  'POST /api/me/recovery-codes': makeRecoveryCodes,
  'GET /api/me/passkeys': listPasskeys,
  'POST /api/me/passkeys/options': beginPasskey,
  'POST /api/me/passkeys': addPasskey,
  'PUT /api/me/passkeys/{id}': renamePasskey,
  'DELETE /api/me/passkeys/{id}': removePasskey,
  'GET /api/me/sign-ins': listSignIns,
  'POST /api/me/email/verify': askForVerification,
  'POST /api/email/verify': finishVerification,
  'GET /api/sessions': listSessions,
  'DELETE /api/sessions': revokeOtherSessions,
  'DELETE /api/sessions/{id}': revokeSession,

  'POST /api/workspaces': createWorkspace,
  'GET /api/workspaces/deleted': listDeletedWorkspaces,
  'POST /api/workspaces/{id}/restore': restoreWorkspace,
  'POST /api/workspaces/{id}/leave': leaveWorkspace,
  'GET /api/workspace': readWorkspace,
  'PUT /api/workspace': renameWorkspace,
  'PUT /api/workspace/policy': changePolicy,
  'POST /api/workspace/transfer': transferWorkspace,
  'DELETE /api/workspace': deleteWorkspace,
  'GET /api/members': listMembers,
  'PUT /api/members/{userId}': changeMember,
  'DELETE /api/members/{userId}': removeMember,
  'GET /api/members/{userId}/copied-keys': listCopiedKeys,
  'GET /api/groups': listGroups,
  'POST /api/groups': createGroup,
  'PUT /api/groups/{id}': changeGroup,
  'DELETE /api/groups/{id}': deleteGroup,
  'GET /api/invitations': listInvitations,
  'POST /api/invitations': createInvitation,
  'DELETE /api/invitations/{id}': revokeInvitation,
  'POST /api/invitations/read': readInvitation,
  'POST /api/invitations/accept': acceptInvitation,
  'GET /api/service-accounts': listServiceAccounts,
  'POST /api/service-accounts': createServiceAccount,
  'PUT /api/service-accounts/{id}': changeServiceAccount,
  'DELETE /api/service-accounts/{id}': deleteServiceAccount,
  'GET /api/service-accounts/{id}/tokens': listServiceTokens,
  'POST /api/service-accounts/{id}/tokens': createServiceToken,
  'DELETE /api/service-accounts/{id}/tokens/{tokenId}': revokeServiceToken,

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
  'GET /api/share-links': listShareLinks,
  'POST /api/share-links': createShareLink,
  'DELETE /api/share-links/{id}': revokeShareLink,
  'POST /api/shared/read': readShared,
  'POST /api/shared/open': openShared,

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
  'GET /api/audit-events': listAuditEvents,
  'GET /api/audit-events/export': exportAuditEvents,
  'POST /api/audit-events/verify': verifyAuditEvents,
  'GET /api/audit-events/settings': readAuditSettings,
  'PUT /api/audit-events/settings': setAuditSettings,
  'GET /api/instance/audit-events': listInstanceEvents,
  'POST /api/instance/audit-events/verify': verifyInstanceEvents,
  'GET /api/admin/settings/audit': readInstanceAuditSettings,
  'PUT /api/admin/settings/audit': setInstanceAuditSettings,
  'GET /api/admin/users': listUsers,
  'PUT /api/admin/users/{userId}': changeUser,
  'POST /api/admin/users/{userId}/reset': resetUser,
  'DELETE /api/admin/users/{userId}/second-factors': removeFactorsOfUser,
  'POST /api/admin/users/{userId}/sign-out': signOutUser,
  'DELETE /api/admin/users/{userId}': deleteUser,
  'GET /api/admin/settings/mail': readMailSettings,
  'PUT /api/admin/settings/mail': setMailSettings,
  'DELETE /api/admin/settings/mail': removeMailSettings,
  'POST /api/admin/settings/mail/test': testMailSettings,
  'GET /api/admin/settings/sso': readSsoSettings,
  'PUT /api/admin/settings/sso': setSsoSettings,
  'DELETE /api/admin/settings/sso': removeSsoSettings,
  'GET /api/admin/settings/sign-up': readSignUp,
  'PUT /api/admin/settings/sign-up': setSignUp,
  'GET /api/admin/settings/branding': readBranding,
  'PUT /api/admin/settings/branding': setBranding,
  'GET /api/admin/settings/terms': readTermsSetting,
  'PUT /api/admin/settings/terms': setTerms,
  'GET /api/terms': readTerms,
  'GET /api/admin/system': readSystem,
  'GET /api/admin/usage': readInstanceUsage,
  'POST /api/sso/start': startSso,
  'POST /api/sso/finish': finishSso,
  'POST /api/sso/second-factor': proveSecondFactor,
  'POST /api/me/sso/link': startLink,
  'POST /api/me/sso/confirm': startConfirm,
  'POST /api/me/sso/finish': finishWhileSignedIn,
  'GET /api/me/identities': listMyIdentities,
  'DELETE /api/me/identities': disconnectIdentity,
  'GET /api/alerts': listAlerts,
  'POST /api/alerts/{id}/dismiss': dismissAlert,
  'GET /api/alerts/webhook': readWebhook,
  'PUT /api/alerts/webhook': setWebhook,
  'DELETE /api/alerts/webhook': deleteWebhook,
  'POST /api/alerts/webhook/test': testWebhook,
  'GET /api/notifications': listNotifications,
  'POST /api/notifications/read': readNotifications,
  'GET /api/notifications/choices': readChoices,
  'PUT /api/notifications/choices': changeChoices,
};

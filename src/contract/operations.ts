import { accountSecurityOperations } from './account-security.ts';
import { accountOperations } from './accounts.ts';
import { administrationOperations } from './administration.ts';
import { alertOperations } from './alerts.ts';
import { auditEventOperations } from './audit-events.ts';
import { credentialOperations } from './credentials.ts';
import { grantOperations } from './grants.ts';
import { groupOperations } from './groups.ts';
import { instanceOperations } from './instance.ts';
import { invitationOperations } from './invitations.ts';
import { memberOperations } from './members.ts';
import { modelOperations } from './models.ts';
import { notificationOperations } from './notifications.ts';
import type { Operation, OperationName } from './operation.ts';
import { priceOperations } from './prices.ts';
import { providerOperations } from './providers.ts';
import { serviceAccountOperations } from './service-accounts.ts';
import { shareLinkOperations } from './share-links.ts';
import { ssoOperations } from './sso.ts';
import { usageOperations } from './usage.ts';
import { virtualKeyOperations } from './virtual-keys.ts';
import { workspaceOperations } from './workspaces.ts';

/** Everything outsiders may ask of the control plane. */
export const operations = {
  ...instanceOperations,
  ...accountOperations,
  ...accountSecurityOperations,
  ...workspaceOperations,
  ...memberOperations,
  ...groupOperations,
  ...invitationOperations,
  ...serviceAccountOperations,
  ...credentialOperations,
  ...grantOperations,
  ...shareLinkOperations,
  ...providerOperations,
  ...modelOperations,
  ...virtualKeyOperations,
  ...usageOperations,
  ...priceOperations,
  ...alertOperations,
  ...notificationOperations,
  ...auditEventOperations,
  ...administrationOperations,
  ...ssoOperations,
} as const satisfies Record<OperationName, Operation>;

export type Operations = typeof operations;
export type OperationKey = keyof Operations;

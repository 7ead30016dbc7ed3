import { accountOperations } from './accounts.ts';
import { alertOperations } from './alerts.ts';
import { credentialOperations } from './credentials.ts';
import { grantOperations } from './grants.ts';
import { instanceOperations } from './instance.ts';
import { modelOperations } from './models.ts';
import type { Operation, OperationName } from './operation.ts';
import { priceOperations } from './prices.ts';
import { providerOperations } from './providers.ts';
import { usageOperations } from './usage.ts';
import { virtualKeyOperations } from './virtual-keys.ts';

/** Everything outsiders may ask of the control plane. */
export const operations = {
  ...instanceOperations,
  ...accountOperations,
  ...credentialOperations,
  ...grantOperations,
  ...providerOperations,
  ...modelOperations,
  ...virtualKeyOperations,
  ...usageOperations,
  ...priceOperations,
  ...alertOperations,
} as const satisfies Record<OperationName, Operation>;

export type Operations = typeof operations;
export type OperationKey = keyof Operations;

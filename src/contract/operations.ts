import { accountOperations } from './accounts.ts';
import { credentialOperations } from './credentials.ts';
import { instanceOperations } from './instance.ts';
import { modelOperations } from './models.ts';
import type { Operation, OperationName } from './operation.ts';
import { providerOperations } from './providers.ts';

/** Everything outsiders may ask of the control plane. */
export const operations = {
  ...instanceOperations,
  ...accountOperations,
  ...credentialOperations,
  ...providerOperations,
  ...modelOperations,
} as const satisfies Record<OperationName, Operation>;

export type Operations = typeof operations;
export type OperationKey = keyof Operations;

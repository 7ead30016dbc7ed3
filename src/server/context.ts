import type { WorkspaceId } from '../contract/ids.ts';
import type { Operation, OperationInput, OperationResult } from '../contract/operation.ts';
import type { OperationKey, Operations } from '../contract/operations.ts';
import type { Role } from '../contract/permissions.ts';
import type { Row } from './database/schema.ts';
import type { Services } from './services.ts';

/** Facts of one call, whoever makes it. */
export interface CallContext {
  readonly services: Services;
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly client: 'web' | 'api' | 'system';
  readonly nowMs: number;
  /** The header `X-Workspace-Id`. */
  readonly workspaceHeader: string | undefined;
  /** Sets the session cookie of the reply, or clears it with null. */
  setSessionCookie(token: string | null): void;
}

/** A call by somebody signed in. */
export interface AccountContext extends CallContext {
  readonly user: Row<'users'>;
  readonly session: Row<'sessions'>;
}

/** A call in a workspace, by a member whose role may use the operation's permission. */
export interface WorkspaceContext extends AccountContext {
  readonly workspace: { readonly id: WorkspaceId; readonly role: Role };
}

type ContextOf<O extends Operation> = O['permission'] extends 'public'
  ? CallContext
  : O['permission'] extends 'account'
    ? AccountContext
    : WorkspaceContext;

export type Handler<K extends OperationKey> = (
  context: ContextOf<Operations[K]>,
  input: OperationInput<Operations[K]>,
) => Promise<OperationResult<Operations[K]>>;

export type Handlers = { readonly [K in OperationKey]: Handler<K> };

import type { ServiceAccountId, UserId, WorkspaceId } from '../contract/ids.ts';
import type { Operation, OperationInput, OperationResult } from '../contract/operation.ts';
import type { OperationKey, Operations } from '../contract/operations.ts';
import type { AccessPolicy, ActorRole, Role, ServicePermission } from '../contract/permissions.ts';
import type { Row, WorkspaceKind } from './database/schema.ts';
import type { Services } from './services.ts';

/** Facts of one call, whoever makes it. */
export interface CallContext {
  readonly services: Services;
  readonly requestId: string;
  readonly ip: string;
  /** The header `Host`: what the caller says it reached us by. */
  readonly host: string;
  readonly userAgent: string;
  readonly client: 'web' | 'api' | 'system';
  readonly nowMs: number;
  /** The header `X-Workspace-Id`. */
  readonly workspaceHeader: string | undefined;
  /** Sets the session cookie of the reply, or clears it with null. */
  setSessionCookie(token: string | null): void;
  /** What ties a sign-in through the organisation to the browser that began it. */
  readonly browserToken: string | undefined;
  /** Gives the browser that token for ten minutes, or lets go of it with null. */
  setBrowserToken(token: string | null): void;
}

/** Who acts: a person who is signed in, or a program with its token. */
export interface Actor {
  readonly kind: 'user' | 'service_account';
  readonly id: UserId | ServiceAccountId;
  readonly label: string;
  /** Of a program: who issued its token, as they stand now. It copies nothing that they may not. */
  readonly issuer?: { readonly id: UserId; readonly role: Role };
}

/** A call by somebody signed in. */
export interface AccountContext extends CallContext {
  readonly actor: Actor;
  readonly user: Row<'users'>;
  readonly session: Row<'sessions'>;
}

/** The workspace a call acts in, with what its owners decided. */
export interface ActiveWorkspace<R extends ActorRole = ActorRole> {
  readonly id: WorkspaceId;
  readonly name: string;
  readonly kind: WorkspaceKind;
  readonly role: R;
  readonly policy: AccessPolicy;
  /** Who signed in without a second factor does not get in. */
  readonly requiresTwoFactor: boolean;
}

/** A call in a workspace, by a person or a program whose role may use the operation's permission. */
export interface ActorContext extends CallContext {
  readonly actor: Actor;
  readonly workspace: ActiveWorkspace;
}

/** A call in a workspace by a member. */
export interface WorkspaceContext extends AccountContext {
  readonly workspace: ActiveWorkspace<Role>;
}

type ContextOf<O extends Operation> = O['permission'] extends 'public'
  ? CallContext
  : O['permission'] extends 'account' | 'instance'
    ? AccountContext
    : O['permission'] extends ServicePermission
      ? ActorContext
      : WorkspaceContext;

export type Handler<K extends OperationKey> = (
  context: ContextOf<Operations[K]>,
  input: OperationInput<Operations[K]>,
) => Promise<OperationResult<Operations[K]>>;

export type Handlers = { readonly [K in OperationKey]: Handler<K> };

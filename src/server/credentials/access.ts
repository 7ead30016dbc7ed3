import type { CredentialId } from '../../contract/ids.ts';
import { type AccessLevel, effectiveLevel, isAtLeast, mayCopy } from '../../contract/permissions.ts';
import type { ActorContext } from '../context.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { type AccessSubject, selectGrants } from './access.store.ts';

/** What somebody may do with one credential. */
export interface Access {
  readonly level: AccessLevel;
  /** Below `copy` false; of an administrator who is held to grants, false without one. */
  readonly mayCopy: boolean;
}

export function subjectOf({ workspace, actor }: ActorContext): AccessSubject {
  return { workspaceId: workspace.id, kind: actor.kind, id: actor.id };
}

/** What the caller may do with every credential of the workspace, whatever is granted. */
export function leastAccess({ workspace }: Pick<ActorContext, 'workspace'>): AccessLevel {
  return effectiveLevel(workspace.role, [], workspace.policy);
}

/** Whether the caller sees every credential without asking for grants. */
export function seesEveryCredential(context: Pick<ActorContext, 'workspace'>): boolean {
  return isAtLeast(leastAccess(context), 'see');
}

/** Whose grants narrow what a list shows; null: everything is shown. */
export function listSubject(context: ActorContext): AccessSubject | null {
  return seesEveryCredential(context) ? null : subjectOf(context);
}

/**
 * What the caller may do with each of these credentials (null: with all that are granted to them): the one place where
 * it is computed. One that is not in the result has the least access.
 */
export async function readAccess(
  context: ActorContext,
  credentialIds: readonly CredentialId[] | null,
  database: DatabaseHandle = context.services.database.kysely,
): Promise<{ of: (id: CredentialId) => Access; granted: ReadonlyMap<CredentialId, Access> }> {
  const { role, policy } = context.workspace;
  const levels = new Map<CredentialId, AccessLevel[]>();
  for (const { credential_id, level } of await selectGrants(database, subjectOf(context), credentialIds)) {
    levels.set(credential_id, [...(levels.get(credential_id) ?? []), level]);
  }
  const issuerMayCopy = await readIssuer(context, credentialIds, database);
  const accessBy = (grants: readonly AccessLevel[]): Access => ({
    level: effectiveLevel(role, grants, policy),
    mayCopy: mayCopy(role, grants, policy),
  });
  const accessTo = (id: CredentialId, grants: readonly AccessLevel[]): Access => {
    const access = accessBy(grants);
    return { ...access, mayCopy: access.mayCopy && issuerMayCopy(id) };
  };
  const granted = new Map([...levels].map(([id, grants]) => [id, accessTo(id, grants)]));
  const least = accessBy([]);
  return { of: (id) => granted.get(id) ?? least, granted };
}

/** What who issued the token of a program may copy themselves: a token never gives more. Of people nothing is asked. */
async function readIssuer(
  context: ActorContext,
  credentialIds: readonly CredentialId[] | null,
  database: DatabaseHandle,
): Promise<(id: CredentialId) => boolean> {
  const { actor, workspace } = context;
  if (actor.kind === 'user') return () => true;
  const { issuer } = actor;
  if (issuer === undefined || !workspace.policy.serviceMayCopy) return () => false;
  const asIssuer = {
    ...context,
    workspace: { ...workspace, role: issuer.role },
    actor: { kind: 'user', id: issuer.id, label: '' },
  } as const;
  const access = await readAccess(asIssuer, credentialIds, database);
  return (id) => access.of(id).mayCopy;
}

import type { CredentialId, WorkspaceId } from '../../contract/ids.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Row } from '../database/schema.ts';

/** Rows inserted by one statement; well under the parameter limits of both engines. */
const ROWS_PER_INSERT = 500;

/** Changes when the listed models of the workspace do, or their keys leave the trash or go there. Begins `0.` for none. */
export async function readListedStamp(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<string> {
  const row = await database
    .selectFrom('provider_models')
    .innerJoin('credentials', 'credentials.id', 'provider_models.credential_id')
    .select(({ fn }) => [
      fn.countAll<number>().as('count'),
      fn.max('seen_at').as('seen_at'),
      fn.max('credentials.updated_at').as('updated_at'),
    ])
    .where('provider_models.workspace_id', '=', workspaceId)
    .where('credentials.deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return `${row.count}.${row.seen_at ?? 0}.${row.updated_at ?? 0}`;
}

export async function selectListedModels(
  database: DatabaseHandle,
  workspaceId: WorkspaceId,
): Promise<Pick<Row<'provider_models'>, 'provider' | 'model_id' | 'name'>[]> {
  return database
    .selectFrom('provider_models')
    .innerJoin('credentials', 'credentials.id', 'provider_models.credential_id')
    .select(['provider_models.provider', 'provider_models.model_id', 'provider_models.name'])
    .where('provider_models.workspace_id', '=', workspaceId)
    .where('credentials.deleted_at', 'is', null)
    .orderBy('provider_models.provider')
    .orderBy('provider_models.model_id')
    .execute();
}

/** Replaces what the credential's provider listed before. Gives how many were not listed before. */
export async function replaceListedModels(
  transaction: DatabaseHandle,
  listed: {
    workspaceId: WorkspaceId;
    credentialId: CredentialId;
    provider: string;
    models: readonly { id: string; name?: string | undefined }[];
    nowMs: number;
  },
): Promise<number> {
  const before = await transaction
    .selectFrom('provider_models')
    .select('model_id')
    .where('credential_id', '=', listed.credentialId)
    .execute();
  const known = new Set(before.map((row) => row.model_id));
  await transaction.deleteFrom('provider_models').where('credential_id', '=', listed.credentialId).execute();
  const rows = [...new Map(listed.models.map((model) => [model.id, model])).values()].map((model) => ({
    workspace_id: listed.workspaceId,
    provider: listed.provider,
    model_id: model.id,
    name: model.name ?? null,
    credential_id: listed.credentialId,
    seen_at: listed.nowMs,
  }));
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await transaction
      .insertInto('provider_models')
      .values(rows.slice(start, start + ROWS_PER_INSERT))
      .execute();
  }
  return rows.filter((row) => !known.has(row.model_id)).length;
}

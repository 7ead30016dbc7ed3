import { readFileSync } from 'node:fs';
import type { WorkspaceId } from '../../contract/ids.ts';
import { createCatalog } from '../../providers/catalog/catalog.ts';
import { mergeListedModels } from '../../providers/catalog/merge-listed.ts';
import type { CatalogModel } from '../../providers/catalog/model.ts';
import type { DatabaseHandle } from '../database/open.ts';
import { readListedStamp, selectListedModels } from './models.store.ts';

/** Workspaces whose merged list is kept in memory; the one least recently made goes first. */
const MERGED_MAX = 100;

export interface ModelCatalogue {
  /** The models that ship with the product, and beside them those that the workspace's providers listed. */
  modelsOf(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<readonly CatalogModel[]>;
  countOfProvider(provider: string): number;
  /** Those that ship with the product; the same list every time. */
  modelsOfProvider(provider: string): readonly CatalogModel[];
}

/** `file` is catalog.json; it is read at the first question. */
export function createModelCatalogue(file: URL): ModelCatalogue {
  const catalog = createCatalog(() => readFileSync(file, 'utf8'));
  const merged = new Map<WorkspaceId, { stamp: string; models: readonly CatalogModel[] }>();
  return {
    async modelsOf(database, workspaceId) {
      const stamp = await readListedStamp(database, workspaceId);
      if (stamp.startsWith('0.')) return catalog.models();
      const known = merged.get(workspaceId);
      if (known?.stamp === stamp) return known.models;
      const models = await merge(database, workspaceId);
      merged.delete(workspaceId);
      merged.set(workspaceId, { stamp, models });
      for (const oldest of merged.keys()) {
        if (merged.size <= MERGED_MAX) break;
        merged.delete(oldest);
      }
      return models;
    },
    countOfProvider: (provider) => catalog.ofProvider(provider).length,
    modelsOfProvider: (provider) => catalog.ofProvider(provider),
  };

  async function merge(database: DatabaseHandle, workspaceId: WorkspaceId): Promise<readonly CatalogModel[]> {
    const listed = await selectListedModels(database, workspaceId);
    const added = [...Map.groupBy(listed, (row) => row.provider)].flatMap(([provider, rows]) => {
      const catalogued = catalog.ofProvider(provider);
      const known = new Set(catalogued.map((model) => model.id));
      const unknown = rows.filter((row) => !known.has(row.model_id));
      const asListed = unknown.map((row) => ({ id: row.model_id, name: row.name ?? undefined }));
      return mergeListedModels(catalogued, provider, asListed).map((model) => ({
        ...model,
        source: 'provider' as const,
      }));
    });
    return [...catalog.models(), ...added];
  }
}

import type { Dialect } from '../../contract/vocabulary.ts';
import type { CatalogModel } from '../../providers/catalog/model.ts';
import type { ModelCatalogue } from '../models/catalogue.ts';
import type { CallHead } from './exchange.ts';
import type { Refusal } from './refusals.ts';
import type { VirtualKeyEntry, WorkspaceEntry } from './snapshot.ts';

interface ListedModel {
  readonly id: string;
  readonly name: string;
  readonly ownedBy: string;
  readonly createdAtMs: number;
  readonly catalogued: CatalogModel | null;
}

interface Asked {
  readonly head: CallHead;
  readonly virtualKey: VirtualKeyEntry;
  readonly workspace: WorkspaceEntry;
  readonly catalogue: ModelCatalogue;
  /** The path's own dialect; `/v1/models` is shared by three and is told by the headers. */
  readonly isGeminiPath: boolean;
  /** One model, or null for the list. */
  readonly model: string | null;
}

/**
 * `GET /v1/models` and `GET /v1beta/models` as the asking client's dialect has them, with what its virtual key may use
 * and nothing else.
 */
export function answerModels(asked: Asked): { body: unknown; dialect: Dialect } | Refusal {
  const dialect = dialectOf(asked);
  const models = usableModels(asked, dialect);
  if (asked.model !== null) {
    const wanted = asked.model.replace(/^models\//, '');
    const found = models.find(({ id }) => id === wanted);
    if (found === undefined) {
      return { code: 'model_not_found', message: `This virtual key cannot use a model by the name '${wanted}'.` };
    }
    return { body: describe[dialect](found), dialect };
  }
  // Codex wants a list of its own, which it fills from its program when it is empty (clients.md, section 7).
  if (new URLSearchParams(asked.head.target.split('?')[1]).has('client_version'))
    return { body: { models: [] }, dialect };
  return { body: lists[dialect](models), dialect };
}

type ListDialect = 'openai-chat' | 'anthropic-messages' | 'gemini';

function dialectOf({ head, isGeminiPath }: Asked): ListDialect {
  if (isGeminiPath || head.header('x-goog-api-key') !== undefined) return 'gemini';
  return head.header('anthropic-version') !== undefined ? 'anthropic-messages' : 'openai-chat';
}

function usableModels({ virtualKey, workspace, catalogue }: Asked, dialect: ListDialect): ListedModel[] {
  const offered = new Map<string, ListedModel>();
  const models = new Map<string, ListedModel>();
  const mayUse = (names: readonly string[]): boolean =>
    virtualKey.models?.some((pattern) =>
      pattern.endsWith('*') ? names.some((name) => name.startsWith(pattern.slice(0, -1))) : names.includes(pattern),
    ) ?? true;
  const add = (model: ListedModel, provider: string): void => {
    if (!offered.has(model.id)) offered.set(model.id, model);
    if (!models.has(model.id) && mayUse([model.id, `${provider}/${model.id}`])) models.set(model.id, model);
  };
  const seen = new Set<string>();
  for (const { credential } of virtualKey.pool) {
    const { provider } = credential;
    if (seen.has(provider.id) || !speaks(credential.addressOf, dialect)) continue;
    seen.add(provider.id);
    for (const catalogued of catalogue.modelsOfProvider(provider.id)) add(listed(catalogued), provider.id);
    for (const name of workspace.listed) {
      if (!name.startsWith(`${provider.id} `)) continue;
      const id = name.slice(provider.id.length + 1);
      add({ id, name: id, ownedBy: provider.id, createdAtMs: 0, catalogued: null }, provider.id);
    }
  }
  for (const [alias, model] of workspace.aliases) {
    const id = offered.has(model) ? model : model.slice(model.indexOf('/') + 1);
    const target = offered.get(id);
    // A virtual key may be allowed the alias alone.
    if (target !== undefined && (models.has(id) || mayUse([alias]))) models.set(alias, { ...target, id: alias });
  }
  return [...models.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function speaks(addressOf: (dialect: Dialect) => unknown, dialect: ListDialect): boolean {
  const dialects: readonly Dialect[] = dialect === 'openai-chat' ? ['openai-chat', 'openai-responses'] : [dialect];
  return dialects.some((one) => addressOf(one) !== null);
}

function listed(model: CatalogModel): ListedModel {
  return {
    id: model.id,
    name: model.name,
    ownedBy: model.provider,
    createdAtMs: model.releasedAt === null ? 0 : Date.parse(model.releasedAt),
    catalogued: model,
  };
}

const describe: Readonly<Record<ListDialect, (model: ListedModel) => Record<string, unknown>>> = {
  'openai-chat': ({ id, createdAtMs, ownedBy }) => ({
    id,
    object: 'model',
    created: Math.floor(createdAtMs / 1000),
    owned_by: ownedBy,
  }),
  'anthropic-messages': ({ id, name, createdAtMs }) => ({
    type: 'model',
    id,
    display_name: name,
    created_at: new Date(createdAtMs).toISOString(),
  }),
  gemini: ({ id, name, catalogued }) => ({
    name: `models/${id}`,
    baseModelId: id,
    version: '001',
    displayName: name,
    ...(catalogued?.contextTokens ? { inputTokenLimit: catalogued.contextTokens } : {}),
    ...(catalogued?.outputTokens ? { outputTokenLimit: catalogued.outputTokens } : {}),
    supportedGenerationMethods:
      catalogued?.kind === 'embedding'
        ? ['embedContent', 'batchEmbedContents']
        : ['generateContent', 'streamGenerateContent', 'countTokens'],
  }),
};

const lists: Readonly<Record<ListDialect, (models: readonly ListedModel[]) => unknown>> = {
  'openai-chat': (models) => ({ object: 'list', data: models.map(describe['openai-chat']) }),
  'anthropic-messages': (models) => ({
    data: models.map(describe['anthropic-messages']),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  }),
  gemini: (models) => ({ models: models.map(describe.gemini) }),
};

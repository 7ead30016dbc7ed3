import { type AddressInput, resolveAddress } from './base-url.ts';
import { isRecord, parseJson } from './json-reply.ts';
import type { Dialect, Provider, ProviderReply, ProviderRequest } from './provider.ts';
import { callUrl, getRequest, isSendableSecret } from './provider-request.ts';

export interface ListedModel {
  readonly id: string;
  readonly name?: string;
}

const LISTED_MODELS_MAX = 10_000;
const ID_CHARACTERS_MAX = 200;

/** Where each dialect lists its models, in one page. */
export const modelListPaths: Readonly<Record<Dialect, string>> = {
  'openai-chat': '/models',
  'openai-responses': '/models',
  'anthropic-messages': '/v1/models?limit=1000',
  gemini: '/v1beta/models?pageSize=1000',
};

/**
 * The call that lists the models a key may use, or null if the provider has none, the address is not usable or the
 * secret cannot travel in a header.
 */
export function buildModelList(
  provider: Provider,
  input: AddressInput & { readonly secret: string },
): ProviderRequest | null {
  const address = resolveAddress(provider, input);
  if (!address.ok || (input.secret !== '' && !isSendableSecret(input.secret))) return null;
  const usualPath = address.dialect === null ? null : modelListPaths[address.dialect];
  const isMain = input.dialect === undefined || input.dialect === Object.keys(provider.dialects)[0];
  const own = isMain && provider.modelList ? callUrl(address, provider.modelList.at) : null;
  const url = own ?? ((address.isMoved || !isMain) && usualPath !== null ? callUrl(address, usualPath) : null);
  return url === null ? null : getRequest(address, url, input.secret);
}

/** The models of a reply of any known shape, at most 10,000 and each once; null if it is not a list of models. */
export function readModelList(reply: ProviderReply): readonly ListedModel[] | null {
  if (reply.httpStatus < 200 || reply.httpStatus >= 300) return null;
  return listedModels(parseJson(reply.body));
}

/** As readModelList, for a body that was parsed before. */
export function listedModels(json: unknown): readonly ListedModel[] | null {
  const entries = listIn(json);
  if (entries === null) return null;
  const models = new Map<string, ListedModel>();
  for (const entry of entries) {
    const model = readModel(entry);
    if (model && !models.has(model.id)) models.set(model.id, model);
    if (models.size >= LISTED_MODELS_MAX) break;
  }
  // A list of something else is no list of models; an empty one is.
  return entries.length > 0 && models.size === 0 ? null : [...models.values()];
}

/** OpenAI and Anthropic: data · Gemini, Cohere, Ollama: models · Together, ElevenLabs: bare · Replicate: results · AWS */
function listIn(json: unknown): readonly unknown[] | null {
  if (Array.isArray(json)) return json;
  if (!isRecord(json)) return null;
  for (const name of ['data', 'models', 'results', 'modelSummaries', 'publisherModels']) {
    const value = json[name];
    if (Array.isArray(value)) return value;
  }
  return null;
}

function readModel(entry: unknown): ListedModel | null {
  if (typeof entry === 'string') return toModel(entry, undefined);
  if (!isRecord(entry)) return null;
  const { owner, name } = entry;
  if (typeof owner === 'string' && typeof name === 'string' && entry.id === undefined) {
    return toModel(`${owner}/${name}`, undefined);
  }
  const id = ['id', 'model_id', 'modelId', 'name', 'model'].map((field) => entry[field]).find(isText);
  const title = ['display_name', 'displayName', 'modelName', 'name'].map((field) => entry[field]).find(isText);
  return id === undefined ? null : toModel(id, title);
}

/** Gemini and Vertex AI give ids as resource names. */
function toModel(resource: string, title: string | undefined): ListedModel | null {
  const id = resource.trim().replace(/^(?:publishers\/[\w-]+\/)?models\//, '');
  if (id === '' || id.length > ID_CHARACTERS_MAX || /\p{C}/u.test(id)) return null;
  const name = title
    ?.replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, ID_CHARACTERS_MAX);
  return name === undefined || name === '' || name === resource || name === id ? { id } : { id, name };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

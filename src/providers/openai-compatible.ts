import { dialectAccess } from './dialect-access.ts';
import type { Auth, Dialects, EnvironmentNames, KeyFormat, Provider, UsageRules } from './provider.ts';

/** What a provider has to say for itself; the rest follows OpenAI. */
interface OpenaiCompatible extends Partial<Provider> {
  readonly id: string;
  readonly name: string;
  readonly nameZh: string;
  readonly region: Provider['region'];
  readonly website: string | null;
  readonly consoleUrl: string | null;
  readonly docsUrl: string | null;
  /** The main base URL; also the one shown unless `shownBaseUrl` says otherwise. */
  readonly openaiBaseUrl: string;
  readonly shownBaseUrl?: string | null;
  readonly auth?: Auth;
  readonly endpoints?: readonly string[];
  readonly usage?: Partial<UsageRules>;
  /** Offers the Responses API at the same base URL. */
  readonly hasResponses?: true;
  readonly anthropicBaseUrl?: string;
  readonly keyFormat: KeyFormat;
  readonly environment: EnvironmentNames;
}

/** A provider that speaks OpenAI's chat dialect first. Proves a key with its model list unless `probe` is given. */
export function openaiCompatible(facts: OpenaiCompatible): Provider {
  const { openaiBaseUrl, shownBaseUrl, auth, endpoints, usage, hasResponses, anthropicBaseUrl, ...rest } = facts;
  const options = { ...(auth ? { auth } : {}), ...(endpoints ? { endpoints } : {}), ...(usage ? { usage } : {}) };
  const dialects: Dialects = {
    'openai-chat': dialectAccess('openai-chat', openaiBaseUrl, options),
    ...(hasResponses
      ? { 'openai-responses': dialectAccess('openai-responses', openaiBaseUrl, auth ? { auth } : {}) }
      : {}),
    ...(anthropicBaseUrl ? { 'anthropic-messages': dialectAccess('anthropic-messages', anthropicBaseUrl) } : {}),
  };
  return {
    status: 'active',
    baseUrl: shownBaseUrl === undefined ? openaiBaseUrl : shownBaseUrl,
    isKeyOptional: false,
    dialects,
    otherBaseUrls: [],
    probe: { method: 'GET', at: '/models' },
    balance: null,
    modelList: { at: '/models' },
    siblings: [],
    failureRules: [],
    quirks: [],
    ...rest,
  };
}

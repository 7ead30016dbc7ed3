import { normaliseBaseUrl } from './base-url.ts';
import { custom } from './custom.ts';
import { dialectAccess } from './dialect-access.ts';
import { modelListPaths } from './model-list.ts';
import type { Dialect, Dialects, Provider } from './provider.ts';
import { unknownHostUsage } from './usage-rules.ts';

/**
 * A provider that a workspace has saved: any host with the dialects it speaks, the first being the main one. Throws if
 * there is no dialect or the base URL is not usable, which the contract has checked before.
 */
export function customProvider(input: {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly dialects: readonly Dialect[];
}): Provider {
  const [main] = input.dialects;
  const baseUrl = main === undefined ? null : normaliseBaseUrl(input.baseUrl, main);
  if (main === undefined || baseUrl === null) throw new Error(`Custom provider '${input.id}' has no usable address.`);
  const entries = input.dialects.map((dialect) => {
    // Dialects of one host differ in where the version stands: `/v1` is in OpenAI's base URL and in Anthropic's paths.
    const options = dialect === 'openai-chat' ? { usage: unknownHostUsage } : {};
    return [dialect, dialectAccess(dialect, normaliseBaseUrl(input.baseUrl, dialect) ?? baseUrl, options)] as const;
  });
  const dialects: Dialects = Object.fromEntries(entries);
  return {
    ...custom,
    id: input.id,
    name: input.name,
    nameZh: input.name,
    baseUrl,
    dialects,
    probe: { ...custom.probe, at: modelListPaths[main] },
    modelList: { at: modelListPaths[main] },
  };
}

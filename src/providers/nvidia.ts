import { openaiCompatible } from './openai-compatible.ts';

export const nvidia = openaiCompatible({
  id: 'nvidia',
  name: 'NVIDIA NIM',
  nameZh: '英伟达 NIM',
  region: 'global',
  website: 'https://build.nvidia.com',
  consoleUrl: 'https://build.nvidia.com/settings/api-keys',
  docsUrl: 'https://docs.api.nvidia.com/nim/',
  openaiBaseUrl: 'https://integrate.api.nvidia.com/v1',
  keyFormat: { pattern: '^nvapi-[A-Za-z0-9_-]{60,70}$', prefix: 'nvapi-', example: 'nvapi-****' },
  environment: { secret: ['NVIDIA_API_KEY', 'NGC_API_KEY'], baseUrl: [], other: [] },
  endpoints: ['/chat/completions', '/embeddings', '/models'],
  // The model list is public, so the list of cloud functions has to prove the key.
  probe: { method: 'GET', at: 'https://api.nvcf.nvidia.com/v2/nvcf/functions' },
  modelList: { at: '/models', isPublic: true },
  failureRules: [{ text: /run out of cloud credits/i, kind: 'quota_exhausted', reason: 'valid_no_credit' }],
  quirks: ['About 40 requests per minute in the free tier.', 'Reasoning switches differ from model to model.'],
});

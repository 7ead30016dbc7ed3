import { openaiCompatible } from './openai-compatible.ts';

export const huggingface = openaiCompatible({
  id: 'huggingface',
  name: 'Hugging Face Inference Providers',
  nameZh: 'Hugging Face',
  region: 'global',
  website: 'https://huggingface.co',
  consoleUrl: 'https://huggingface.co/settings/tokens',
  docsUrl: 'https://huggingface.co/docs/inference-providers',
  openaiBaseUrl: 'https://router.huggingface.co/v1',
  keyFormat: {
    pattern: '^(?:hf_|api_org_)[A-Za-z0-9]{34}$',
    prefix: 'hf_',
    morePrefixes: ['api_org_'],
    example: 'hf_****',
  },
  environment: {
    secret: ['HF_TOKEN', 'HUGGINGFACE_API_KEY', 'HUGGINGFACE_HUB_TOKEN', 'HUGGING_FACE_HUB_TOKEN'],
    baseUrl: [],
    other: [],
  },
  hasResponses: true,
  // The model list is public.
  probe: { method: 'GET', at: 'https://huggingface.co/api/whoami-v2' },
  modelList: { at: '/models', isPublic: true },
  failureRules: [
    { text: /invalid username or password/i, kind: 'invalid_key' },
    { text: /monthly included credits/i, kind: 'quota_exhausted', reason: 'plan_window_used_up' },
  ],
  quirks: [
    'Model ids take a suffix :provider, :fastest or :cheapest.',
    'Fine-grained tokens need the permission to call Inference Providers.',
  ],
});

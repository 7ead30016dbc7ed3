import { bearerAuth, dialectAccess } from './dialect-access.ts';
import { googleFailureRules } from './google.ts';
import type { Provider } from './provider.ts';

export const googleVertex: Provider = {
  id: 'google-vertex',
  name: 'Google Cloud Vertex AI',
  nameZh: '谷歌云 Vertex AI',
  region: 'global',
  website: 'https://cloud.google.com/vertex-ai',
  consoleUrl: 'https://console.cloud.google.com/vertex-ai/studio/settings/api-keys',
  docsUrl: 'https://cloud.google.com/vertex-ai/generative-ai/docs',
  status: 'active',
  keyFormat: {
    pattern: '^(?:AQ\\.[\\w.-]{20,}|AIza[\\w-]{35}|\\{\\s*"type"\\s*:\\s*"service_account")',
    prefix: 'AQ.',
    morePrefixes: ['AIza'],
    example: 'AQ.****',
  },
  environment: {
    secret: ['GOOGLE_CLOUD_API_KEY'],
    baseUrl: [],
    other: [
      'GOOGLE_APPLICATION_CREDENTIALS',
      'GOOGLE_CLOUD_PROJECT',
      'GOOGLE_CLOUD_LOCATION',
      'GOOGLE_VERTEX_PROJECT',
      'GOOGLE_VERTEX_LOCATION',
    ],
  },
  isKeyOptional: false,
  // Express mode: the only one that a plain key opens.
  baseUrl: 'https://aiplatform.googleapis.com/v1/publishers/google',
  untestablePattern: '^\\{',
  dialects: {
    gemini: dialectAccess('gemini', 'https://aiplatform.googleapis.com/v1/publishers/google', {
      endpoints: [
        '/models/{model}:generateContent',
        '/models/{model}:streamGenerateContent?alt=sse',
        '/models/{model}:countTokens',
      ],
    }),
  },
  native: dialectAccess(
    'gemini',
    'https://{region}-aiplatform.googleapis.com/v1/projects/{project}/locations/{region}',
    {
      auth: bearerAuth,
      endpoints: [
        '/publishers/google/models/{model}:generateContent',
        '/publishers/anthropic/models/{model}:rawPredict',
        '/endpoints/openapi/chat/completions',
      ],
      note: 'Access tokens of one hour, minted from a service account.',
    },
  ),
  otherBaseUrls: [],
  // There is no list for plain keys; counting tokens is free of charge.
  probe: {
    method: 'POST',
    at: '/models/gemini-2.5-flash:countTokens',
    body: { contents: [{ role: 'user', parts: [{ text: '.' }] }] },
    provenBy: ['unknown_model'],
  },
  balance: null,
  modelList: null,
  siblings: [],
  failureRules: googleFailureRules,
  quirks: ['Service accounts are JSON documents and need a minted token per hour.'],
};

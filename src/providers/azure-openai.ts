import { openaiCompatible } from './openai-compatible.ts';

export const azureOpenai = openaiCompatible({
  id: 'azure-openai',
  name: 'Azure OpenAI / Microsoft Foundry',
  nameZh: 'Azure OpenAI（自定义）',
  region: 'global',
  website: 'https://azure.microsoft.com/products/ai-services/openai-service',
  consoleUrl: 'https://ai.azure.com',
  docsUrl: 'https://learn.microsoft.com/azure/ai-foundry/openai/',
  openaiBaseUrl: 'https://{resource}.openai.azure.com/openai/v1',
  hasResponses: true,
  keyFormat: {
    pattern: '^(?:[a-f0-9]{32}|[A-Za-z0-9+/]{60,100}(?:JQQJ|AAAB|ACOG)[A-Za-z0-9+/=]{0,30})$',
    prefix: null,
    example: '****JQQJ99****',
  },
  environment: {
    secret: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'],
    baseUrl: ['AZURE_OPENAI_ENDPOINT'],
    other: ['AZURE_RESOURCE_NAME', 'OPENAI_API_VERSION'],
  },
  shownBaseUrl: null,
  baseUrlExample: 'https://my-resource.openai.azure.com',
  auth: { kind: 'header', name: 'api-key' },
  endpoints: ['/chat/completions', '/embeddings', '/models'],
  // A resource host, with or without a part of the deployment path that the Azure portal shows.
  pathFixes: [{ from: /^(?:\/openai(?:\/.*)?)?$/, to: '/openai/v1' }],
  otherBaseUrls: [
    {
      dialect: 'openai-chat',
      url: 'https://{resource}.services.ai.azure.com/openai/v1',
      note: 'Microsoft Foundry host of the same resource.',
    },
    {
      dialect: null,
      url: 'https://{resource}.openai.azure.com/openai/deployments/{deployment}',
      note: 'Paths by deployment, with ?api-version=2024-10-21.',
    },
  ],
  probe: { method: 'GET', at: '../models?api-version=2024-10-21' },
  failureRules: [
    { codes: ['DeploymentNotFound'], kind: 'unknown_model' },
    { codes: ['content_filter', 'ResponsibleAIPolicyViolation'], kind: 'content_filtered' },
    { codes: ['RateLimitReached', 'too_many_requests'], kind: 'rate_limited' },
    { codes: ['ModelNotFound'], text: /resource not found/i, kind: 'wrong_endpoint' },
  ],
  quirks: [
    'The model of a call is the name of the deployment.',
    'The model list names base models, not deployments.',
    'The first chunk of a stream may have empty choices with prompt_filter_results.',
  ],
});

import { openaiCompatible } from './openai-compatible.ts';

export const awsBedrock = openaiCompatible({
  id: 'aws-bedrock',
  name: 'Amazon Bedrock',
  nameZh: '亚马逊 Bedrock',
  region: 'global',
  website: 'https://aws.amazon.com/bedrock/',
  consoleUrl: 'https://console.aws.amazon.com/bedrock/home#/api-keys',
  docsUrl: 'https://docs.aws.amazon.com/bedrock/latest/userguide/',
  openaiBaseUrl: 'https://bedrock-mantle.{region}.api.aws/v1',
  hasResponses: true,
  anthropicBaseUrl: 'https://bedrock-mantle.{region}.api.aws/anthropic',
  endpoints: ['/chat/completions'],
  keyFormat: {
    pattern:
      '^(?:ABSK[A-Za-z0-9+/]{109,269}={0,2}|bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t.*|(?:AKIA|ASIA)[A-Z2-7]{16})$',
    prefix: 'ABSK',
    morePrefixes: ['bedrock-api-key-', 'AKIA', 'ASIA'],
    example: 'ABSK****',
  },
  environment: {
    secret: ['AWS_BEARER_TOKEN_BEDROCK'],
    baseUrl: [],
    other: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION'],
  },
  shownBaseUrl: null,
  baseUrlExample: 'https://bedrock-mantle.us-east-1.api.aws/v1',
  untestablePattern: '^(?:AKIA|ASIA)[A-Z2-7]{16}',
  otherBaseUrls: [
    {
      dialect: 'openai-chat',
      url: 'https://bedrock-runtime.{region}.amazonaws.com/openai/v1',
      note: 'Older host with fewer models and no model list.',
    },
    {
      dialect: null,
      url: 'https://bedrock-runtime.{region}.amazonaws.com',
      note: 'Converse API; streams are binary (application/vnd.amazon.eventstream).',
    },
  ],
  failureRules: [
    { codes: ['ExpiredTokenException'], kind: 'invalid_key', reason: 'key_expired' },
    { codes: ['UnrecognizedClientException', 'InvalidSignatureException'], kind: 'invalid_key' },
    { text: /invalid api key format|authorization header is missing/i, kind: 'invalid_key' },
    { text: /INVALID_PAYMENT_INSTRUMENT/, kind: 'quota_exhausted' },
    { codes: ['ServiceQuotaExceededException'], kind: 'quota_exhausted' },
    { codes: ['AccessDeniedException'], kind: 'forbidden', reason: 'valid_restricted' },
    { codes: ['ThrottlingException'], kind: 'rate_limited' },
    { text: /too many tokens, please wait/i, kind: 'rate_limited' },
    { codes: ['ModelNotReadyException', 'ServiceUnavailableException'], kind: 'overloaded' },
  ],
  quirks: [
    'Access key pairs (AKIA, ASIA) need signed requests; bearer keys (ABSK) do not.',
    'Model ids carry region prefixes (us., eu., global.).',
  ],
});

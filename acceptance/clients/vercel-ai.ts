import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateText, jsonSchema, type LanguageModel, stepCountIs, streamText, tool } from 'ai';
import { models, question, type Sdk, texts, weather, weatherReport } from '../sdk.ts';
import type { Target, Tokens } from '../target.ts';

type ModelFor = (target: Target) => LanguageModel;

const openaiOf = ({ root, secret }: Target) => createOpenAI({ apiKey: secret, baseURL: `${root}/v1` });
const compatibleOf = ({ root, secret }: Target) =>
  createOpenAICompatible({ name: 'ours', apiKey: secret, baseURL: `${root}/v1`, includeUsage: true });

/** Each provider package wants the suffix of its own interface in the base URL. */
const languageModels: Readonly<Record<string, ModelFor>> = {
  'openai (responses)': (target) => openaiOf(target)(models.openai),
  'openai (chat)': (target) => openaiOf(target).chat(models.openai),
  'openai-compatible': (target) => compatibleOf(target)(models.openai),
  anthropic: ({ root, secret }) => createAnthropic({ apiKey: secret, baseURL: `${root}/v1` })(models.anthropic),
  google: ({ root, secret }) => createGoogleGenerativeAI({ apiKey: secret, baseURL: `${root}/v1beta` })(models.google),
};

interface AiUsage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

const tokensOf = ({ inputTokens, outputTokens }: AiUsage): Tokens | null =>
  inputTokens === undefined || outputTokens === undefined ? null : { inputTokens, outputTokens };

function weatherTool(inputs: unknown[]) {
  return tool({
    description: weather.description,
    inputSchema: jsonSchema<{ city: string; days: number }>(weather.schema),
    execute: async (input) => {
      inputs.push(input);
      return weatherReport;
    },
  });
}

async function generate(model: LanguageModel) {
  const { text, usage } = await generateText({ model, prompt: question, maxRetries: 0 });
  return { text, usage: tokensOf(usage) };
}

async function stream(model: LanguageModel) {
  const result = streamText({ model, prompt: question, maxRetries: 0 });
  let text = '';
  for await (const piece of result.textStream) text += piece;
  return { text, usage: tokensOf(await result.usage) };
}

async function generateWithTools(model: LanguageModel) {
  const inputs: unknown[] = [];
  const tools = { [weather.name]: weatherTool(inputs) };
  const ask = { model, prompt: question, tools, stopWhen: stepCountIs(3), maxRetries: 0 };
  const { text, steps } = await generateText(ask);
  const last = steps.at(-1);
  return { inputs, text, usage: last ? tokensOf(last.usage) : null };
}

async function streamWithTools(model: LanguageModel) {
  const inputs: unknown[] = [];
  const tools = { [weather.name]: weatherTool(inputs) };
  const result = streamText({ model, prompt: question, tools, stopWhen: stepCountIs(3), maxRetries: 0 });
  await result.consumeStream();
  const last = (await result.steps).at(-1);
  return { inputs, text: await result.text, usage: last ? tokensOf(last.usage) : null };
}

/** The same call with every provider package. */
function withEach<Result>(verb: string, run: (model: LanguageModel) => Promise<Result>) {
  return Object.fromEntries(
    Object.entries(languageModels).map(([name, modelFor]) => [
      `${verb} with ${name}`,
      (target: Target) => run(modelFor(target)),
    ]),
  );
}

export const vercelAi: Sdk = {
  name: 'ai',
  answers: { ...withEach('generateText', generate), ...withEach('streamText', stream) },
  toolRoundTrips: { ...withEach('generateText', generateWithTools), ...withEach('streamText', streamWithTools) },
  embeddings: {
    'embedMany with openai': async (target) => {
      const model = openaiOf(target).textEmbeddingModel(models.openaiEmbedding);
      return (await embedMany({ model, values: [...texts], maxRetries: 0 })).embeddings;
    },
    'embedMany with openai-compatible': async (target) => {
      const model = compatibleOf(target).textEmbeddingModel(models.openaiEmbedding);
      return (await embedMany({ model, values: [...texts], maxRetries: 0 })).embeddings;
    },
  },
};

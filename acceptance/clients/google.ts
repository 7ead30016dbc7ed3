import { type Content, type GenerateContentResponse, GoogleGenAI, type Part } from '@google/genai';
import { models, question, type Sdk, texts, weather, weatherReport } from '../sdk.ts';
import type { Target, Tokens } from '../target.ts';

const open = ({ root, secret }: Target): GoogleGenAI =>
  new GoogleGenAI({ apiKey: secret, httpOptions: { baseUrl: root, timeout: 10_000 } });

const model = models.google;
const config = {
  tools: [
    {
      functionDeclarations: [
        { name: weather.name, description: weather.description, parametersJsonSchema: weather.schema },
      ],
    },
  ],
};

function tokensOf({ usageMetadata: usage }: GenerateContentResponse): Tokens | null {
  if (usage?.promptTokenCount === undefined) return null;
  const outputTokens = (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0);
  return { inputTokens: usage.promptTokenCount, outputTokens };
}

async function roundTrip(target: Target, isStreamed: boolean) {
  const client = open(target).models;
  const asked: Content = { role: 'user', parts: [{ text: question }] };
  const parts: Part[] = [];
  if (isStreamed) {
    for await (const chunk of await client.generateContentStream({ model, contents: [asked], config })) {
      parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
    }
  } else {
    const reply = await client.generateContent({ model, contents: [asked], config });
    parts.push(...(reply.candidates?.[0]?.content?.parts ?? []));
  }
  const calls = parts.flatMap(({ functionCall }) => functionCall ?? []);
  const results = calls.map(({ id, name }) => ({
    functionResponse: { id: id ?? '', name: name ?? '', response: { output: weatherReport } },
  }));
  const contents = [asked, { role: 'model', parts }, { role: 'user', parts: results }];
  const last = await client.generateContent({ model, contents, config });
  return { inputs: calls.map(({ args }) => args), text: last.text ?? '', usage: tokensOf(last) };
}

export const google: Sdk = {
  name: '@google/genai',
  answers: {
    generateContent: async (target) => {
      const reply = await open(target).models.generateContent({ model, contents: question });
      return { text: reply.text ?? '', usage: tokensOf(reply) };
    },
    generateContentStream: async (target) => {
      let text = '';
      let usage: Tokens | null = null;
      for await (const chunk of await open(target).models.generateContentStream({ model, contents: question })) {
        text += chunk.text ?? '';
        usage = tokensOf(chunk) ?? usage;
      }
      return { text, usage };
    },
  },
  toolRoundTrips: {
    generateContent: (target) => roundTrip(target, false),
    generateContentStream: (target) => roundTrip(target, true),
  },
  modelLists: {
    models: async (target) => {
      const ids: string[] = [];
      for await (const { name } of await open(target).models.list()) ids.push((name ?? '').replace('models/', ''));
      return ids;
    },
  },
  embeddings: {
    embedContent: async (target) => {
      const ask = { model: models.googleEmbedding, contents: [...texts] };
      return ((await open(target).models.embedContent(ask)).embeddings ?? []).map(({ values }) => values ?? []);
    },
  },
  counts: {
    countTokens: async (target) =>
      (await open(target).models.countTokens({ model, contents: question })).totalTokens ?? 0,
  },
};

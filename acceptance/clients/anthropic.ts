import Anthropic from '@anthropic-ai/sdk';
import { models, question, type Sdk, weather, weatherReport } from '../sdk.ts';
import type { Target, Tokens } from '../target.ts';

const open = ({ root, secret }: Target): Anthropic =>
  new Anthropic({ apiKey: secret, baseURL: root, maxRetries: 0, timeout: 10_000 });

const model = models.anthropic;
const ask = { model, max_tokens: 1_000, messages: [{ role: 'user' as const, content: question }] };
const tools = [{ name: weather.name, description: weather.description, input_schema: weather.schema }];

function answered({ content, usage }: Anthropic.Message): { text: string; usage: Tokens } {
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const cached = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  return { text, usage: { inputTokens: usage.input_tokens + cached, outputTokens: usage.output_tokens } };
}

async function roundTrip(target: Target, isStreamed: boolean) {
  const { messages } = open(target);
  const first = isStreamed
    ? await messages.stream({ ...ask, tools }).finalMessage()
    : await messages.create({ ...ask, tools });
  const calls = first.content.filter((block) => block.type === 'tool_use');
  const results = calls.map(({ id }) => ({
    type: 'tool_result' as const,
    tool_use_id: id,
    content: weatherReport,
  }));
  const last = await messages.create({
    ...ask,
    tools,
    messages: [...ask.messages, { role: 'assistant', content: first.content }, { role: 'user', content: results }],
  });
  return { inputs: calls.map(({ input }) => input), ...answered(last) };
}

export const anthropic: Sdk = {
  name: '@anthropic-ai/sdk',
  answers: {
    messages: async (target) => answered(await open(target).messages.create(ask)),
    'messages, streamed': async (target) => answered(await open(target).messages.stream(ask).finalMessage()),
    'messages, streamed event by event': async (target) => {
      let text = '';
      for await (const event of await open(target).messages.create({ ...ask, stream: true })) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
      }
      return { text, usage: 'not asked' as const };
    },
  },
  toolRoundTrips: {
    messages: (target) => roundTrip(target, false),
    'messages, streamed': (target) => roundTrip(target, true),
  },
  modelLists: {
    models: async (target) => (await open(target).models.list()).data.map(({ id }) => id),
  },
  counts: {
    count_tokens: async (target) => {
      const { messages } = ask;
      return (await open(target).messages.countTokens({ model, messages })).input_tokens;
    },
  },
};

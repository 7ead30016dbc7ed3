import OpenAI from 'openai';
import { type Answered, models, question, type Sdk, texts, weather, weatherReport } from '../sdk.ts';
import type { Target, Tokens } from '../target.ts';

const open = ({ root, secret }: Target): OpenAI =>
  new OpenAI({ apiKey: secret, baseURL: `${root}/v1`, maxRetries: 0, timeout: 10_000 });

const model = models.openai;
const chatTool = {
  type: 'function' as const,
  function: { name: weather.name, description: weather.description, parameters: weather.schema },
};
const responsesTool = {
  type: 'function' as const,
  name: weather.name,
  description: weather.description,
  parameters: weather.schema,
  strict: false,
};

interface ChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}
interface ResponsesUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

const chatTokens = (usage: ChatUsage | null | undefined): Tokens | null =>
  usage ? { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens } : null;
const responsesTokens = (usage: ResponsesUsage | null | undefined): Tokens | null =>
  usage ? { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens } : null;

const streamed = { model, messages: [{ role: 'user' as const, content: question }], stream: true as const };

/** Who asks for no usage must not be told any, whatever the gateway asks for on the way. */
async function streamChat(target: Target): Promise<Answered> {
  let text = '';
  for await (const chunk of await open(target).chat.completions.create(streamed)) {
    const [choice] = chunk.choices;
    if (!choice || chunk.usage) throw new Error(`A chunk that was not asked for: ${JSON.stringify(chunk)}`);
    text += choice.delta.content ?? '';
  }
  return { text, usage: 'not asked' };
}

async function streamChatWithUsage(target: Target): Promise<Answered> {
  const ask = { ...streamed, stream_options: { include_usage: true } };
  let text = '';
  let usage: Tokens | null = null;
  for await (const chunk of await open(target).chat.completions.create(ask)) {
    text += chunk.choices[0]?.delta.content ?? '';
    usage = chatTokens(chunk.usage) ?? usage;
  }
  return { text, usage };
}

async function chatTools(target: Target, isStreamed: boolean) {
  const { completions } = open(target).chat;
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: question }];
  const ask = { model, messages, tools: [chatTool] };
  const first = isStreamed
    ? await completions.stream({ ...ask, stream: true }).finalChatCompletion()
    : await completions.create(ask);
  const message = first.choices[0]?.message;
  if (!message) throw new Error('There is no message.');
  messages.push(message);
  const inputs: unknown[] = [];
  for (const call of message.tool_calls ?? []) {
    if (call.type !== 'function') continue;
    inputs.push(JSON.parse(call.function.arguments));
    messages.push({ role: 'tool', tool_call_id: call.id, content: weatherReport });
  }
  const { choices, usage } = await completions.create(ask);
  return { inputs, text: choices[0]?.message.content ?? '', usage: chatTokens(usage) };
}

async function responsesTools(target: Target, isStreamed: boolean) {
  const { responses } = open(target);
  const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: question }];
  const ask = { model, input, tools: [responsesTool] };
  const first = isStreamed ? await responses.stream(ask).finalResponse() : await responses.create(ask);
  const inputs: unknown[] = [];
  for (const item of first.output) {
    if (item.type !== 'function_call') continue;
    inputs.push(JSON.parse(item.arguments));
    input.push({ type: 'function_call', call_id: item.call_id, name: item.name, arguments: item.arguments });
    input.push({ type: 'function_call_output', call_id: item.call_id, output: weatherReport });
  }
  const last = await responses.create(ask);
  return { inputs, text: last.output_text, usage: responsesTokens(last.usage) };
}

export const openai: Sdk = {
  name: 'openai',
  answers: {
    'chat.completions': async (target) => {
      const messages = [{ role: 'user' as const, content: question }];
      const { choices, usage } = await open(target).chat.completions.create({ model, messages });
      return { text: choices[0]?.message.content ?? '', usage: chatTokens(usage) };
    },
    'chat.completions, streamed': streamChat,
    'chat.completions, streamed with usage': streamChatWithUsage,
    responses: async (target) => {
      const { output_text: text, usage } = await open(target).responses.create({ model, input: question });
      return { text, usage: responsesTokens(usage) };
    },
    'responses, streamed': async (target) => {
      const stream = await open(target).responses.create({ model, input: question, stream: true });
      let text = '';
      let usage: Tokens | null = null;
      for await (const event of stream) {
        if (event.type === 'response.output_text.delta') text += event.delta;
        if (event.type === 'response.completed') usage = responsesTokens(event.response.usage);
      }
      return { text, usage };
    },
    'responses, gone on from the one before': async (target) => {
      const { responses } = open(target);
      const { id } = await responses.create({ model, input: question });
      const next = await responses.create({ model, input: question, previous_response_id: id });
      return { text: next.output_text, usage: responsesTokens(next.usage) };
    },
  },
  toolRoundTrips: {
    'chat.completions': (target) => chatTools(target, false),
    'chat.completions, streamed': (target) => chatTools(target, true),
    responses: (target) => responsesTools(target, false),
    'responses, streamed': (target) => responsesTools(target, true),
  },
  modelLists: {
    models: async (target) => (await open(target).models.list()).data.map(({ id }) => id),
  },
  embeddings: {
    // In base64, which the SDK asks for unless told otherwise.
    embeddings: async (target) => {
      const { data } = await open(target).embeddings.create({ model: models.openaiEmbedding, input: [...texts] });
      return data.map(({ embedding }) => embedding);
    },
  },
};

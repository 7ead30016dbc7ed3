import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeProvider, startFakeProvider } from './fake-provider.ts';

let fake: FakeProvider;
beforeAll(async () => {
  fake = await startFakeProvider();
});
beforeEach(() => {
  fake.reset();
  fake.configure({ toolCalls: 2 });
});
afterAll(() => fake.close());

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' }, unit: { type: 'string', enum: ['C', 'F'] } },
  required: ['city'],
};
const input = { city: 'Paris 巴黎', days: 1, unit: 'C' };

// Replies are looked into with matchers only, so they can stay as JSON.parse gives them.
type Json = ReturnType<typeof JSON.parse>;

async function post(path: string, body: object): Promise<string> {
  const response = await fetch(fake.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${fake.secret('valid')}` },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.text();
}

const reply = async (path: string, body: object): Promise<Json> => JSON.parse(await post(path, body));

/** The data of every event but [DONE]. */
async function events(path: string, body: object): Promise<Json[]> {
  const text = await post(path, body);
  return [...text.matchAll(/^data: (\{.*\})\r?$/gm)].map(([, data]) => JSON.parse(data ?? ''));
}

describe('OpenAI chat', () => {
  const path = '/v1/chat/completions';
  const user = { role: 'user', content: 'Hi' };
  const tools = ['weather', 'time'].map((name) => ({ type: 'function', function: { name, parameters: schema } }));
  const ask = { model: 'gpt-4o', messages: [user], tools };

  it('calls each tool with input that fits', async () => {
    const [choice] = (await reply(path, ask)).choices;
    expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    expect(choice.message.tool_calls).toMatchObject([
      { id: expect.stringMatching(/^call_/), type: 'function', function: { name: 'weather' } },
      { type: 'function', function: { name: 'time' } },
    ]);
    for (const call of choice.message.tool_calls) expect(JSON.parse(call.function.arguments)).toEqual(input);
  });

  it('streams the arguments in pieces, and the index tells calls apart', async () => {
    fake.configure({ usage: { reasoningTokens: 3 } });
    const chunks = await events(path, { ...ask, stream: true });
    const deltas = chunks.map((chunk) => chunk.choices[0].delta);
    expect(deltas.map((delta) => delta.reasoning_content ?? '').join('')).toBe('Hello from the');
    expect(deltas.every((delta) => !delta.content)).toBe(true);
    const calls = deltas.flatMap((delta) => delta.tool_calls ?? []);
    for (const index of [0, 1]) {
      const own = calls.filter((call) => call.index === index);
      expect(own.length).toBeGreaterThan(3);
      expect(own[0]).toMatchObject({ id: expect.any(String), function: { name: expect.any(String), arguments: '' } });
      expect(own.slice(1).every((call) => call.id === undefined)).toBe(true);
      expect(JSON.parse(own.map((call) => call.function.arguments).join(''))).toEqual(input);
    }
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'tool_calls' });
  });

  it.each([
    ['a result is there', { messages: [user, { role: 'tool', tool_call_id: 'call_1', content: '{}' }] }],
    ['calls are forbidden', { tool_choice: 'none' }],
    ['no tool is offered', { tools: [] }],
    ['only tools of the provider are offered', { tools: [{ type: 'web_search' }] }],
  ])('answers with text when %s', async (_when, more) => {
    const { choices } = await reply(path, { ...ask, ...more });
    expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: expect.stringContaining('Hello') } });
    expect(choices[0].message).not.toHaveProperty('tool_calls');
  });

  it('calls one tool where parallel calls are switched off', async () => {
    const { choices } = await reply(path, { ...ask, parallel_tool_calls: false });
    expect(choices[0].message.tool_calls).toHaveLength(1);
  });
});

describe('OpenAI responses', () => {
  const path = '/v1/responses';
  const tools = ['weather', 'time'].map((name) => ({ type: 'function', name, parameters: schema }));
  const ask = { model: 'gpt-5', input: [{ role: 'user', content: 'Hi' }], tools };

  it('streams every item from added to done, in the order of the completed response', async () => {
    fake.configure({ usage: { reasoningTokens: 3 } });
    const include = ['reasoning.encrypted_content'];
    const all = await events(path, { ...ask, include, stream: true });
    expect(all.map((event) => event.sequence_number)).toEqual(all.map((_event, position) => position));
    const done = all.filter((event) => event.type === 'response.output_item.done').map((event) => event.item);
    expect(done).toEqual(all.at(-1).response.output);
    expect(done).toMatchObject([
      { type: 'reasoning', summary: [{ text: 'Hello from the' }], encrypted_content: expect.any(String) },
      { type: 'function_call', name: 'weather', status: 'completed', call_id: expect.stringMatching(/^call_/) },
      { type: 'function_call', name: 'time' },
    ]);
    const pieces = all.filter((event) => event.type === 'response.function_call_arguments.delta');
    const streamed = done.map((item, outputIndex) =>
      pieces.flatMap((event) => (event.output_index === outputIndex && event.item_id === item.id ? event.delta : [])),
    );
    expect(streamed.map((own) => own.join(''))).toEqual(['', done[1].arguments, done[2].arguments]);
    expect(JSON.parse(done[1].arguments)).toEqual(input);
  });

  it('answers with text once a result is there', async () => {
    const result = { type: 'function_call_output', call_id: 'call_1', output: '{}' };
    expect((await reply(path, ask)).output).toMatchObject([{ type: 'function_call' }, { type: 'function_call' }]);
    const answered = await reply(path, { ...ask, input: [...ask.input, result] });
    expect(answered.output).toMatchObject([{ type: 'message' }]);
  });
});

describe('Anthropic messages', () => {
  const path = '/v1/messages';
  const user = { role: 'user', content: 'Hi' };
  const tools = ['weather', 'time'].map((name) => ({ name, input_schema: schema }));
  const ask = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [user], tools };

  it('answers with thinking and tool_use blocks', async () => {
    fake.configure({ usage: { reasoningTokens: 3 } });
    expect(await reply(path, ask)).toMatchObject({
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking', thinking: 'Hello from the', signature: expect.stringMatching(/^[\w+/=]+$/) },
        { type: 'tool_use', id: expect.stringMatching(/^toolu_/), name: 'weather', input },
        { type: 'tool_use', name: 'time', input },
      ],
    });
  });

  it('streams blocks that do not overlap, without gaps, and the input in pieces', async () => {
    fake.configure({ usage: { reasoningTokens: 3 } });
    const all = await events(path, { ...ask, stream: true });
    const blocks = all.filter((event) => event.type.startsWith('content_block_'));
    // Started, then deltas, then stopped, one block after the other.
    const order = blocks.map((event) => `${event.index}${event.type.at('content_block_'.length)}${event.type.at(-1)}`);
    expect(order.join(' ')).toMatch(/^0st (?:0da )+0sp 1st (?:1da )+1sp 2st (?:2da )+2sp$/);
    const text = (index: number, field: string): string =>
      blocks.map((event) => (event.index === index ? (event.delta?.[field] ?? '') : '')).join('');
    expect(text(0, 'thinking')).toBe('Hello from the');
    expect(text(0, 'signature')).not.toBe('');
    expect(JSON.parse(text(1, 'partial_json'))).toEqual(input);
    expect(JSON.parse(text(2, 'partial_json'))).toEqual(input);
    expect(all.at(-2)).toMatchObject({ type: 'message_delta', delta: { stop_reason: 'tool_use' } });
  });

  it('answers with text once a result is there', async () => {
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' }] };
    const answered = await reply(path, { ...ask, messages: [user, result] });
    expect(answered).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text' }] });
  });
});

describe('Gemini', () => {
  const path = '/v1beta/models/gemini-2.5-flash';
  const functionDeclarations = ['weather', 'time'].map((name) => ({
    name,
    parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' }, days: { type: 'INTEGER' } } },
  }));
  const user = { role: 'user', parts: [{ text: 'Hi' }] };
  const ask = { contents: [user], tools: [{ functionDeclarations }] };
  const args = { city: 'Paris 巴黎', days: 1 };

  const calls = [
    { functionCall: { name: 'weather', args }, thoughtSignature: expect.any(String) },
    { functionCall: { name: 'time', args } },
  ];

  it('calls whole functions after its thoughts, with a signature on the first', async () => {
    fake.configure({ usage: { reasoningTokens: 3 } });
    const { parts } = (await reply(`${path}:generateContent`, ask)).candidates[0].content;
    expect(parts).toMatchObject([{ text: 'Hello from the', thought: true }, ...calls]);
    expect(parts[2]).not.toHaveProperty('thoughtSignature');
  });

  it('streams thoughts in pieces and calls as a whole', async () => {
    fake.configure({ usage: { reasoningTokens: 3 } });
    const chunks = await events(`${path}:streamGenerateContent?alt=sse`, ask);
    const parts = chunks.flatMap((chunk) => chunk.candidates[0].content.parts);
    const thoughts = ['Hello', ' from', ' the'].map((text) => ({ text, thought: true }));
    expect(parts).toMatchObject([...thoughts, ...calls]);
    expect(chunks.map((chunk) => chunk.candidates[0].finishReason)).toEqual([...Array(4).fill(undefined), 'STOP']);
  });

  it('answers with text once a result is there', async () => {
    const result = { role: 'user', parts: [{ functionResponse: { name: 'weather', response: {} } }] };
    const answered = await reply(`${path}:generateContent`, { ...ask, contents: [user, result] });
    expect(answered.candidates[0].content.parts).toEqual([{ text: expect.stringContaining('Hello') }]);
  });
});

import { type ChatRequest, wireCallOf } from './wire.ts';

export interface CodeSnippet {
  name: 'curl' | 'Python' | 'JavaScript';
  text: string;
}

const VARIABLE = 'AKM_KEY';

/** The same call as code. The secret comes from the environment and never stands in the text. */
export function snippetsOf(request: ChatRequest, origin: string): CodeSnippet[] {
  const { python, javaScript } = writers[request.dialect];
  return [
    { name: 'curl', text: curlOf(request, origin) },
    { name: 'Python', text: python(request, origin).join('\n') },
    { name: 'JavaScript', text: javaScript(request, origin).join('\n') },
  ];
}

/** For single quotes of a shell; a quote in a message would end them. */
const inShell = (text: string): string => text.replaceAll("'", "'\\''");
const indented = (value: unknown, spaces: number): string =>
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(spaces)}`);

function curlOf(request: ChatRequest, origin: string): string {
  const { path, headers, body } = wireCallOf(request, `$${VARIABLE}`);
  return [
    `curl -N '${inShell(origin + path)}' \\`,
    ...Object.entries(headers).map(([name, value]) => `  -H "${name}: ${value}" \\`),
    `  -d '${inShell(indented(body, 2))}'`,
  ].join('\n');
}

/** Of a body: without what the SDKs are told in another way. */
function bodyWithout(request: ChatRequest, ...names: string[]): [string, unknown][] {
  return Object.entries(wireCallOf(request, '').body).filter(([name]) => !names.includes(name));
}

/** JSON as Python writes it. The bodies hold texts, numbers, lists and objects only. */
const pythonArguments = (entries: [string, unknown][]): string[] =>
  entries.map(([name, value]) => `    ${name}=${indented(value, 4)},`);
const javaScriptFields = (entries: [string, unknown][]): string[] =>
  entries.map(([name, value]) => `  ${name}: ${indented(value, 2)},`);

type Writer = (request: ChatRequest, origin: string) => string[];

const writers: Readonly<Record<ChatRequest['dialect'], { python: Writer; javaScript: Writer }>> = {
  'openai-chat': {
    python: (request, origin) => [
      'import os',
      'from openai import OpenAI',
      '',
      `client = OpenAI(base_url="${origin}/v1", api_key=os.environ["${VARIABLE}"])`,
      'stream = client.chat.completions.create(',
      ...pythonArguments(bodyWithout(request, 'stream')),
      '    stream=True,',
      ')',
      'for chunk in stream:',
      '    if chunk.choices:',
      '        print(chunk.choices[0].delta.content or "", end="", flush=True)',
    ],
    javaScript: (request, origin) => [
      "import OpenAI from 'openai';",
      '',
      `const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: process.env.${VARIABLE} });`,
      'const stream = await client.chat.completions.create({',
      ...javaScriptFields(bodyWithout(request)),
      '});',
      'for await (const chunk of stream) {',
      "  process.stdout.write(chunk.choices[0]?.delta.content ?? '');",
      '}',
    ],
  },
  'anthropic-messages': {
    python: (request, origin) => [
      'import os',
      'from anthropic import Anthropic',
      '',
      `client = Anthropic(base_url="${origin}", api_key=os.environ["${VARIABLE}"])`,
      'with client.messages.stream(',
      ...pythonArguments(bodyWithout(request, 'stream')),
      ') as stream:',
      '    for text in stream.text_stream:',
      '        print(text, end="", flush=True)',
    ],
    javaScript: (request, origin) => [
      "import Anthropic from '@anthropic-ai/sdk';",
      '',
      `const client = new Anthropic({ baseURL: '${origin}', apiKey: process.env.${VARIABLE} });`,
      'const stream = client.messages.stream({',
      ...javaScriptFields(bodyWithout(request, 'stream')),
      '});',
      "stream.on('text', (text) => process.stdout.write(text));",
      'await stream.finalMessage();',
    ],
  },
  gemini: {
    python: (request, origin) => [
      'import os',
      'from google import genai',
      '',
      'client = genai.Client(',
      `    api_key=os.environ["${VARIABLE}"],`,
      `    http_options={"base_url": "${origin}"},`,
      ')',
      'stream = client.models.generate_content_stream(',
      `    model=${JSON.stringify(request.model)},`,
      ...pythonArguments(geminiFields(request)),
      ')',
      'for chunk in stream:',
      '    print(chunk.text or "", end="", flush=True)',
    ],
    javaScript: (request, origin) => [
      "import { GoogleGenAI } from '@google/genai';",
      '',
      'const client = new GoogleGenAI({',
      `  apiKey: process.env.${VARIABLE},`,
      `  httpOptions: { baseUrl: '${origin}' },`,
      '});',
      'const stream = await client.models.generateContentStream({',
      `  model: ${JSON.stringify(request.model)},`,
      ...javaScriptFields(geminiFields(request)),
      '});',
      "for await (const chunk of stream) process.stdout.write(chunk.text ?? '');",
    ],
  },
};

/** The SDKs of Gemini take everything beside the contents as one `config`. */
function geminiFields({ system, temperature, maxTokens, ...request }: ChatRequest): [string, unknown][] {
  const plain = { ...request, system: '', temperature: null, maxTokens: null };
  const config = {
    ...(system === '' ? {} : { systemInstruction: system }),
    ...(temperature === null ? {} : { temperature }),
    ...(maxTokens === null ? {} : { maxOutputTokens: maxTokens }),
  };
  return [
    ...bodyWithout(plain),
    ...(Object.keys(config).length === 0 ? [] : [['config', config] satisfies [string, unknown]]),
  ];
}

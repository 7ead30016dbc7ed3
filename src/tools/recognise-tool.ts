/** By what a tool gives itself away: its own header, or the beginning of its user agent. The first that fits decides. */
const signs: readonly { readonly tool: string; readonly header?: string; readonly value: RegExp }[] = [
  { tool: 'playground', header: 'x-akm-client', value: /^playground$/ },
  { tool: 'claude-code', value: /^claude-cli\// },
  { tool: 'claude-code', header: 'x-app', value: /^cli$/ },
  { tool: 'codex', header: 'originator', value: /^codex/ },
  { tool: 'codex', value: /^codex/i },
  { tool: 'gemini-cli', value: /GeminiCLI/ },
  { tool: 'qwen-code', value: /QwenCode/i },
  { tool: 'opencode', value: /opencode/i },
  { tool: 'cline', value: /\bcline\b/i },
  { tool: 'roo-code', value: /\broo[- ]?code\b/i },
  { tool: 'kilo-code', value: /\bkilo[- ]?code\b/i },
  { tool: 'continue', value: /\bcontinue\b/i },
  { tool: 'copilot', value: /copilot/i },
  { tool: 'cursor', value: /\bcursor\b/i },
  { tool: 'zed', value: /^Zed\//i },
  { tool: 'aider', value: /aider|litellm/i },
  { tool: 'cherry-studio', value: /CherryStudio/i },
  { tool: 'cherry-studio', header: 'x-title', value: /cherry studio/i },
  { tool: 'lobe-chat', header: 'x-title', value: /lobe/i },
  { tool: 'open-webui', value: /open[- ]?webui/i },
  { tool: 'dify', value: /\bdify\b/i },
  { tool: 'n8n', value: /\bn8n\b/i },
  { tool: 'langchain', value: /langchain/i },
  { tool: 'ai-sdk', value: /\bai-sdk\/|\bai\/\d/ },
  { tool: 'openai-python', value: /^(?:Async)?OpenAI\/Python/i },
  { tool: 'openai-js', value: /^OpenAI\/JS/i },
  { tool: 'anthropic-python', value: /^(?:Async)?Anthropic\/Python/i },
  { tool: 'anthropic-js', value: /^Anthropic\/JS/i },
  { tool: 'google-genai', value: /google-genai-sdk/i },
  { tool: 'google-genai', header: 'x-goog-api-client', value: /google-genai-sdk/i },
  { tool: 'curl', value: /^curl\// },
  { tool: 'python', value: /^python-(?:requests|httpx)|^aiohttp/i },
  { tool: 'browser', value: /^Mozilla\// },
];

/**
 * The tool that makes a call, by its headers (names in lower case), or null. For statistics only: anybody may claim to be
 * any tool.
 */
export function recogniseTool(header: (name: string) => string | undefined): string | null {
  const atLatest = placeOfAgent(header('user-agent'));
  for (const { tool, header: name, value, place } of signsOfHeaders) {
    if (place > atLatest) break;
    const given = header(name);
    if (given !== undefined && value.test(given)) return tool;
  }
  return signs[atLatest]?.tool ?? null;
}

const signsOfHeaders = signs.flatMap(({ tool, header, value }, place) =>
  header === undefined ? [] : [{ tool, header, value, place }],
);

/** A client says the same with every call; all are forgotten when there are more. */
const AGENTS_MAX = 500;
const AGENT_CHARACTERS_MAX = 300;
const places = new Map<string, number>();

/** The place of the first sign that fits a user agent, or behind the last. */
function placeOfAgent(agent: string | undefined): number {
  if (agent === undefined) return signs.length;
  const known = places.get(agent);
  if (known !== undefined) return known;
  const found = signs.findIndex(({ header, value }) => header === undefined && value.test(agent));
  const place = found < 0 ? signs.length : found;
  if (agent.length > AGENT_CHARACTERS_MAX) return place;
  if (places.size >= AGENTS_MAX) places.clear();
  places.set(agent, place);
  return place;
}

/** How the tools that are recognised by their user agent call themselves; the others go by their id. */
const names: Readonly<Record<string, string>> = {
  'claude-code': 'Claude Code',
  codex: 'Codex',
  'gemini-cli': 'Gemini CLI',
  'qwen-code': 'Qwen Code',
  opencode: 'OpenCode',
  cline: 'Cline',
  'roo-code': 'Roo Code',
  'kilo-code': 'Kilo Code',
  continue: 'Continue',
  copilot: 'GitHub Copilot',
  cursor: 'Cursor',
  zed: 'Zed',
  aider: 'Aider',
  'cherry-studio': 'Cherry Studio',
  'lobe-chat': 'LobeChat',
  'open-webui': 'Open WebUI',
  dify: 'Dify',
  n8n: 'n8n',
  langchain: 'LangChain',
  'ai-sdk': 'AI SDK',
  'openai-python': 'OpenAI SDK (Python)',
  'openai-js': 'OpenAI SDK (JS)',
  'anthropic-python': 'Anthropic SDK (Python)',
  'anthropic-js': 'Anthropic SDK (JS)',
  'google-genai': 'Google GenAI SDK',
  curl: 'curl',
  python: 'Python',
};

export function toolName(tool: string): string {
  return names[tool] ?? tool;
}

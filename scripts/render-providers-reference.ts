import { dialectsOf } from '../src/providers/base-url.ts';
import type { Provider } from '../src/providers/provider.ts';
import { providers } from '../src/providers/providers.ts';

const HEADER = `<!-- Generated from src/providers by npm run generate. Do not edit. -->

# Providers

Every provider that a key can belong to. The base URL is the default; a key may have its own. A provider that is not in
the list is added as a custom one, with any host and any of the four dialects.

| ID | Name | Base URL | Dialects (main one first) | Environment variables | Balance | Keys |
|---|---|---|---|---|---|---|
`;

/** The text of docs/reference/providers.md. */
export function renderProvidersReference(): string {
  return `${HEADER}${providers.map(renderRow).join('\n')}\n`;
}

function renderRow(provider: Provider): string {
  const name = provider.name === provider.nameZh ? provider.name : `${provider.name} · ${provider.nameZh}`;
  const { secret, baseUrl } = provider.environment;
  const cells = [
    code(provider.id),
    provider.status === 'legacy' ? `${name} (legacy)` : name,
    provider.baseUrl === null ? `yours, as ${code(provider.baseUrlExample ?? '')}` : code(provider.baseUrl),
    dialectsOf(provider).map(code).join(', ') || 'its own API only',
    [...secret, ...baseUrl].map(code).join(', '),
    provider.balance ? 'yes' : 'no',
    provider.consoleUrl === null ? '-' : `[console](${provider.consoleUrl})`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

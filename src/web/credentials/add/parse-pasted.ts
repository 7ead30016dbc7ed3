/** One secret found in pasted text, with what the text says about it. */
export interface PastedSecret {
  /** The name of the variable it was assigned to, e.g. `OPENAI_API_KEY`; null for a bare line. */
  variable: string | null;
  secret: string;
  /** A host given beside it in the same text, e.g. from `OPENAI_BASE_URL`. */
  baseUrl: string | null;
}

/** More rows than this are cut off, so that a wrong paste cannot freeze the page. */
export const PASTED_ROWS_MAX = 200;

const ASSIGNMENT = /^(?:export\s+|set\s+|\$env:)?["']?([A-Za-z_][\w.-]{0,99})["']?\s*[=:]\s*(.+)$/;
const HOST_SUFFIX = /_(?:BASE_URL|API_BASE|BASE|API_URL|ENDPOINT|HOST|URL)$/;
const SECRET_WORD = /KEY|TOKEN|SECRET|CREDENTIAL|PASSWORD|_AK|_SK/;
const SECRET_SUFFIX = /_(?:API_KEY|APIKEY|KEY|API_TOKEN|AUTH_TOKEN|ACCESS_TOKEN|TOKEN|SECRET_KEY|SECRET)(?:_\d+)?$/;
const SECRET_LENGTH_MIN = 12;

export type Paste =
  /** A secret (or anything else) as it stands: leave it to the field. */
  | { kind: 'plain' }
  /** One assignment: the field takes its value, the variable helps to guess the provider. */
  | { kind: 'one'; found: PastedSecret }
  | { kind: 'several'; found: PastedSecret[] };

/** What a paste into the field for one secret is meant to be. */
export function readPaste(text: string): Paste {
  const trimmed = text.trim();
  if (trimmed.startsWith('{') && trimmed.includes('private_key')) return { kind: 'plain' };
  const found = parsePasted(trimmed);
  if (found.length > 1) return { kind: 'several', found };
  const [first] = found;
  return first === undefined || first.secret === trimmed ? { kind: 'plain' } : { kind: 'one', found: first };
}

/** The secrets in pasted lines or a .env file. Comments, settings that are no secrets and repeated values are left out. */
export function parsePasted(text: string): PastedSecret[] {
  const found: PastedSecret[] = [];
  const hosts = new Map<string, string>();
  const seen = new Set<string>();
  for (const raw of text.split(/\r?\n|\r/)) {
    const entry = readLine(raw);
    if (entry === null) continue;
    if (entry.variable !== null && isHost(entry.value)) {
      hosts.set(entry.variable.toUpperCase().replace(HOST_SUFFIX, ''), entry.value);
      continue;
    }
    if (!isSecret(entry) || seen.has(entry.value) || found.length === PASTED_ROWS_MAX) continue;
    seen.add(entry.value);
    found.push({ variable: entry.variable, secret: entry.value, baseUrl: null });
  }
  return found.map((row) => ({ ...row, baseUrl: hosts.get(stem(row.variable)) ?? null }));
}

/** `OPENAI_API_KEY_2` and `OPENAI_BASE_URL` share the stem `OPENAI`. */
function stem(variable: string | null): string {
  return (variable ?? '').toUpperCase().replace(SECRET_SUFFIX, '');
}

interface Entry {
  variable: string | null;
  value: string;
}

function readLine(raw: string): Entry | null {
  const line = raw.trim().replace(/[,;]$/, '');
  if (line === '' || /^(?:#|\/\/|--|REM\s)/i.test(line) || line === '{' || line === '}') return null;
  return readAssignment(line) ?? { variable: null, value: unquote(line) };
}

function readAssignment(line: string): Entry | null {
  const match = ASSIGNMENT.exec(line);
  const variable = match?.[1];
  const value = match?.[2];
  if (variable === undefined || value === undefined) return null;
  // `https://…` is an address and `id:secret` a secret of two parts; only an upper-case word or `=` names a variable.
  if (value.startsWith('//') || (!line.includes('=') && !SECRET_WORD.test(variable.toUpperCase()))) return null;
  // A bare secret may end in base-64 padding: `abc==` is no assignment.
  if (/^=*$/.test(value)) return null;
  return { variable, value: unquote(withoutComment(value)) };
}

function withoutComment(value: string): string {
  return /^["'`]/.test(value) ? value : value.replace(/\s+#.*$/, '');
}

function unquote(value: string): string {
  const trimmed = value.trim();
  return /^(["'`])(.*)\1/.exec(trimmed)?.[2]?.trim() ?? trimmed;
}

function isHost(value: string): boolean {
  return /^https?:\/\/\S+$/.test(value);
}

function isSecret({ variable, value }: Entry): boolean {
  if (/\s/.test(value) || isHost(value) || /^\$\{?\w+\}?$/.test(value)) return false;
  if (variable !== null) return SECRET_WORD.test(variable.toUpperCase()) && value.length > 3;
  return value.length >= SECRET_LENGTH_MIN;
}

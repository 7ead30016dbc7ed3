import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { models } from './sdk.ts';

const TIME_LIMIT_MS = 60_000;
const PROMPT = 'Say PONG';

interface Place {
  /** Of the gateway, without a slash at the end. */
  readonly root: string;
  readonly secret: string;
  /** A new, empty home. */
  readonly home: string;
}

interface HeadlessTool {
  readonly name: string;
  readonly version: string;
  /** Below node_modules. Install scripts do not run, so it is what runs without one. */
  readonly script: string;
  readonly prepare?: (place: Place) => void;
  readonly args: (place: Place) => readonly string[];
  readonly environment: (place: Place) => Readonly<Record<string, string>>;
}

/** Pinned, because each release sends something else. */
export const tools: readonly HeadlessTool[] = [
  {
    name: '@anthropic-ai/claude-code',
    version: '2.1.330',
    script: '@anthropic-ai/claude-code/cli-wrapper.cjs',
    args: () => ['-p', PROMPT, '--output-format', 'json', '--model', models.anthropic],
    environment: ({ root, secret }) => ({
      ANTHROPIC_BASE_URL: root,
      ANTHROPIC_AUTH_TOKEN: secret,
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    }),
  },
  {
    name: '@openai/codex',
    version: '0.169.0',
    script: '@openai/codex/bin/codex.js',
    args: ({ root }) => [
      'exec',
      '--skip-git-repo-check',
      '--model=gpt-5',
      '--config=model_provider=ours',
      `--config=model_providers.ours={name="Ours",base_url="${root}/v1",env_key="OUR_KEY",wire_api="responses"}`,
      // Offline, the flush of its own statistics would hold the end up for five seconds.
      '--config=analytics.enabled=false',
      PROMPT,
    ],
    environment: ({ secret }) => ({ OUR_KEY: secret }),
  },
  {
    name: '@google/gemini-cli',
    version: '0.61.0',
    script: '@google/gemini-cli/bundle/gemini.js',
    prepare: ({ home }) => {
      const settings = { security: { auth: { selectedType: 'gemini-api-key' } } };
      mkdirSync(join(home, '.gemini'));
      writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify(settings));
    },
    args: () => ['-m', models.google, '-p', PROMPT],
    environment: ({ root, secret }) => ({
      GEMINI_API_KEY: secret,
      GOOGLE_GEMINI_BASE_URL: root,
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
    }),
  },
];

export interface ToolRun {
  readonly exitCode: number | null;
  readonly isTimedOut: boolean;
  readonly seconds: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a tool to its end, or ends it and all that it has started after 60 s. */
export async function runHeadless(
  tool: HeadlessTool,
  { directory, root, secret }: { directory: string; root: string; secret: string },
): Promise<ToolRun> {
  const home = mkdtempSync(join(tmpdir(), 'akm-home-'));
  try {
    const place: Place = { root, secret, home };
    tool.prepare?.(place);
    const started = performance.now();
    // A group of its own, so that what the tool leaves behind can be ended with it.
    const child = spawn(process.execPath, [join(directory, 'node_modules', tool.script), ...tool.args(place)], {
      cwd: home,
      env: { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...tool.environment(place) },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let [output, errors, isTimedOut] = ['', '', false];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const limit = setTimeout(() => {
      isTimedOut = true;
      endGroup(child.pid);
    }, TIME_LIMIT_MS);
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('exit', resolve);
    }).finally(() => clearTimeout(limit));
    endGroup(child.pid);
    return { exitCode, isTimedOut, seconds: (performance.now() - started) / 1_000, output, errors };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

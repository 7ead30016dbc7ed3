// Coding tools as people run them, headless, against the gateway: node acceptance/tools.ts
// Installs about 870 MB into a directory of its own (ACCEPTANCE_TOOLS_DIR keeps it for the next run). Each tool gets a
// new home and an empty environment, so that no developer's own settings or keys can take part. Where the registry
// cannot be reached it says so and is skipped. With ACCEPTANCE_TARGET=fake the tools talk to the fake provider itself.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHeadless, type ToolRun, tools } from './headless-tools.ts';
import { runNpm, say } from './npm.ts';
import { startTarget, type Target } from './target.ts';

const TEXT = 'Hello from the fake provider: ça va, 你好 🎉';

async function run(): Promise<void> {
  const kept = process.env.ACCEPTANCE_TOOLS_DIR;
  const directory = kept ?? mkdtempSync(join(tmpdir(), 'akm-acceptance-'));
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{"private":true}\n');
    const packages = tools.map(({ name, version }) => `${name}@${version}`);
    if ((await runNpm(directory, ['install', '--no-save', ...packages])) === 'unreachable') {
      say('Skipped: the npm registry cannot be reached.');
      say(`0 passed, 0 failed, ${tools.length} skipped`);
      return;
    }
    await runAll(directory);
  } finally {
    if (kept === undefined) rmSync(directory, { recursive: true, force: true });
  }
}

async function runAll(directory: string): Promise<void> {
  const target = await startTarget();
  target.fake.configure({ contentTokens: 9, usage: { inputTokens: 120 } });
  let failed = 0;
  try {
    say(row(['tool', 'version', 'result', 'seconds', 'calls', 'tokens in/out', 'endpoint']));
    for (const tool of tools) {
      const result = await runOne(target, directory, tool);
      if (result.problem !== null) failed += 1;
      say(row(result.cells));
      if (result.problem !== null) say(`\n${result.problem}\n`);
    }
  } finally {
    await target.close();
  }
  say(`${tools.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

async function runOne(target: Target, directory: string, tool: (typeof tools)[number]) {
  const before = target.fake.totals();
  const run = await runHeadless(tool, { directory, root: target.root, secret: target.secret });
  await target.fake.idle();
  const after = target.fake.totals();
  const calls = after.requests - before.requests;
  const requests = calls === 0 ? [] : target.fake.requests.slice(-calls);
  const problem = problemOf(target, run, calls);
  const tokens = `${after.inputTokens - before.inputTokens}/${after.outputTokens - before.outputTokens}`;
  const endpoint = requests.find(({ usage }) => usage !== null)?.path ?? '';
  const cells = [tool.name, tool.version, problem === null ? 'ok' : 'FAILED', run.seconds.toFixed(1), String(calls)];
  return { problem, cells: [...cells, tokens, endpoint] };
}

/** What is wrong with a run, with what the tool has printed; null when the tool has the provider's answer. */
function problemOf(target: Target, run: ToolRun, calls: number): string | null {
  const printed = `${run.output}\n${run.errors}`.replaceAll(target.secret, '[the key]').trim();
  if (run.isTimedOut) return `No end within the time limit.\n${printed}`;
  if (run.exitCode !== 0) return `Exit code ${run.exitCode}.\n${printed}`;
  if (!run.output.includes(TEXT)) return `The answer is not in what it printed.\n${printed}`;
  if (calls === 0) return 'The provider was never called.';
  const foreign = target.fake.requests.some(
    ({ secret }) => secret === null || !target.providerSecrets.includes(secret),
  );
  return foreign ? 'A request reached the provider without its key.' : null;
}

function row(cells: readonly string[]): string {
  const widths = [28, 10, 8, 9, 7, 15, 0];
  return cells.map((cell, position) => cell.padEnd(widths[position] ?? 0)).join('');
}

await run();

// npm run bench:gateway: the gateway with everything on, against nginx and Portkey, before the same upstream, in one run.
// Scenarios to run may be named: json, body100k, body5m, burst, rate, slow.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { median, printTable, type Row } from '../table.ts';
import type { LoadOptions, LoadResult } from './load-options.ts';
import { cpuMsOf, memoryMbOf } from './process-tree.ts';
import { OTHER_CORE, type RunningProxy, startGateway, startNginx, startPortkey } from './proxies.ts';

const ROUNDS = 3;
const JSON_AIM = 6;
const SSE_AIM = 5;
const PORTKEY_AIM = 8;
const ADDED_P99_MS_AIM = 2;
const STREAMS = 2000;
const STREAMS_MB_AIM = 250;

type Scenario = Omit<LoadOptions, 'port' | 'path' | 'headers'>;
interface Figures extends LoadResult {
  readonly cpuUs: number;
  readonly perSecond: number;
  readonly memoryMb: number;
}

const flat = { ratePerSecond: null, warmUpMs: 1500, durationMs: 4000 };
const saturated: Record<string, { title: string; load: Scenario }> = {
  json: { title: 'JSON, 1 KB in, 1.2 KB out', load: { ...flat, kind: 'json', bodyBytes: 1000, connections: 32 } },
  burst: { title: 'SSE, 60 chunks', load: { ...flat, kind: 'burst', bodyBytes: 1000, connections: 32 } },
  body100k: { title: 'JSON, 100 KB in', load: { ...flat, kind: 'json', bodyBytes: 100_000, connections: 16 } },
  body5m: { title: 'JSON, 5 MB in', load: { ...flat, kind: 'json', bodyBytes: 5_000_000, connections: 4 } },
};

const asked = new Set(process.argv.slice(2));
const wants = (name: string): boolean => asked.size === 0 || asked.has(name);

const upstream = spawn('taskset', ['-c', OTHER_CORE, process.execPath, join(import.meta.dirname, 'upstream.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const upstreamPort = Number(await firstLine(upstream));
const proxies = [
  await startNginx(upstreamPort),
  await startGateway(upstreamPort),
  await startPortkey(upstreamPort),
].filter((proxy) => proxy !== null);
for (const name of ['nginx', 'Portkey']) {
  if (!proxies.some((proxy) => proxy.name === name))
    console.log(`${name} is not installed here: its figures are missing.`);
}
try {
  for (const [name, { title, load }] of Object.entries(saturated)) {
    if (wants(name)) printTable(`${title}: as fast as it goes`, await compare(name, load));
  }
  if (wants('rate')) printTable('Latency added at half load (JSON)', await compareLatency());
  if (wants('slow')) printTable(`${STREAMS} slow streams at once`, await compareStreams());
} finally {
  for (const proxy of proxies) await proxy.stop();
  upstream.kill('SIGTERM');
}

/** Rounds of all proxies in turn, so that a noisy neighbour meets each of them. */
async function compare(name: string, load: Scenario): Promise<Row[]> {
  const figures = new Map<string, Figures[]>(proxies.map((proxy) => [proxy.name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const proxy of proxies) figures.get(proxy.name)?.push(await measure(proxy, load));
  }
  const cpu = (proxy: string): number => median((figures.get(proxy) ?? []).map(({ cpuUs }) => cpuUs));
  const aim = name === 'json' ? JSON_AIM : name === 'burst' ? SSE_AIM : null;
  return proxies.map((proxy) => {
    const own = figures.get(proxy.name) ?? [];
    const ratio = cpu(proxy.name) / cpu('nginx');
    const perSecond = median(own.map((one) => one.perSecond)).toFixed(0);
    const failed = own.reduce((sum, one) => sum + one.failures, 0);
    const isOurs = proxy.name === 'API Key Manager';
    const against = isOurs ? `Portkey ${(cpu('Portkey') / cpu(proxy.name)).toFixed(1)}x (aim ${PORTKEY_AIM}x)` : '';
    return {
      what: proxy.name,
      figure: `${cpu(proxy.name).toFixed(0)} µs CPU, ${perSecond}/s, p50 ${median(own.map((one) => one.p50Ms)).toFixed(2)} ms, p99 ${median(own.map((one) => one.p99Ms)).toFixed(2)} ms${failed > 0 ? `, ${failed} FAILED` : ''}`,
      against,
      ratio,
      ...(isOurs && aim !== null ? { aim: `<= ${aim}x nginx`, isMet: ratio <= aim } : {}),
    };
  });
}

/** At half of what the gateway can do, where latency is not a queue of the load's own making. */
async function compareLatency(): Promise<Row[]> {
  const json = saturated['json']?.load;
  const ours = proxies.find(({ name }) => name === 'API Key Manager');
  if (json === undefined || ours === undefined) return [];
  const most = await measure(ours, json);
  const ratePerSecond = Math.floor(most.perSecond / 2);
  const direct: RunningProxy = { ...ours, name: 'direct', port: upstreamPort, pid: upstream.pid ?? 0 };
  const rows: Row[] = [];
  const base = await measure(direct, { ...json, ratePerSecond });
  for (const proxy of [direct, ...proxies.filter(({ name }) => name !== 'Portkey')]) {
    const rounds: Figures[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(proxy, { ...json, ratePerSecond }));
    const p50Ms = median(rounds.map((one) => one.p50Ms)) - base.p50Ms;
    const p99Ms = median(rounds.map((one) => one.p99Ms)) - base.p99Ms;
    rows.push({
      what: `${proxy.name} at ${ratePerSecond}/s`,
      figure: `added p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`,
      ...(proxy === ours ? { aim: `p99 < ${ADDED_P99_MS_AIM} ms`, isMet: p99Ms < ADDED_P99_MS_AIM } : {}),
    });
  }
  return rows;
}

async function compareStreams(): Promise<Row[]> {
  const rows: Row[] = [];
  const load: Scenario = {
    kind: 'slow',
    bodyBytes: 1000,
    connections: STREAMS,
    ratePerSecond: null,
    warmUpMs: 0,
    durationMs: 3000,
    once: true,
  };
  for (const proxy of proxies) {
    const { completed, failures, memoryMb, cpuUs } = await measure(proxy, load, 6000);
    const isOurs = proxy.name === 'API Key Manager';
    rows.push({
      what: proxy.name,
      figure: `${memoryMb.toFixed(0)} MB while open, ${(cpuUs / 1000).toFixed(1)} ms CPU a stream, ${completed} complete${failures > 0 ? `, ${failures} FAILED` : ''}`,
      ...(isOurs ? { aim: `< ${STREAMS_MB_AIM} MB`, isMet: memoryMb < STREAMS_MB_AIM } : {}),
    });
  }
  return rows;
}

/** Runs the load once and takes the CPU of the proxy while it counts. */
async function measure(
  proxy: RunningProxy,
  load: Scenario,
  memoryAfterMs = load.warmUpMs + load.durationMs / 2,
): Promise<Figures> {
  const options: LoadOptions = { ...load, port: proxy.port, path: proxy.path, headers: proxy.headers };
  const child = spawn(
    'taskset',
    ['-c', OTHER_CORE, process.execPath, join(import.meta.dirname, 'load.ts'), JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = allOf(child);
  await new Promise((resolve) => child.stderr?.once('data', resolve));
  const cpuBefore = cpuMsOf(proxy.pid);
  const startedMs = performance.now();
  let memoryMb = 0;
  setTimeout(() => {
    memoryMb = memoryMbOf(proxy.pid);
  }, memoryAfterMs - load.warmUpMs);
  const result: LoadResult = JSON.parse(await output);
  const seconds = (performance.now() - startedMs) / 1000;
  const cpuUs = ((cpuMsOf(proxy.pid) - cpuBefore) * 1000) / result.completed;
  return { ...result, cpuUs, perSecond: result.completed / seconds, memoryMb };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())));
}

function allOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`the load ended with ${code}`))));
  });
}

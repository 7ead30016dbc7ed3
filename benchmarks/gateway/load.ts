// Load on raw sockets. Usage: node load.ts '<JSON of LoadOptions>'; prints JSON of LoadResult.
import { connect, type Socket } from 'node:net';
import type { LoadOptions, LoadResult } from './load-options.ts';

const options: LoadOptions = JSON.parse(process.argv[2] ?? '{}');
const body = Buffer.from(
  JSON.stringify({
    model: 'gpt-4o',
    ...(options.kind === 'json' ? {} : { stream: true, stream_options: { include_usage: true } }),
    messages: [{ role: 'user', content: 'x'.repeat(Math.max(0, options.bodyBytes - 120)) }],
  }),
);
const headers = Object.entries({
  host: `127.0.0.1:${options.port}`,
  'content-type': 'application/json',
  'content-length': body.length,
  accept: '*/*',
  'user-agent': 'bench',
  'x-bench': options.kind,
  ...options.headers,
}).map(([name, value]) => `${name}: ${value}\r\n`);
const requestBytes = Buffer.concat([Buffer.from(`POST ${options.path} HTTP/1.1\r\n${headers.join('')}\r\n`), body]);

const latencies: number[] = [];
const firstBytes: number[] = [];
let failures = 0;
let completed = 0;
let isCounting = false;
const endMs = performance.now() + options.warmUpMs + options.durationMs;

/** One connection, one request after the other; with a rate, at set times, late ones counted from when they were due. */
function run(index: number): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ host: '127.0.0.1', port: options.port });
    socket.setNoDelay(true);
    let dueMs = 0;
    let firstMs = 0;
    let length = -1;
    let received = 0;
    let isChunked = false;
    let hasHead = false;
    let head = '';
    let tail = '';
    const gapMs = options.ratePerSecond === null ? 0 : (1000 * options.connections) / options.ratePerSecond;
    let nextMs = performance.now() + (gapMs * index) / options.connections;
    const send = (): void => {
      const nowMs = performance.now();
      if (nowMs >= endMs) {
        socket.destroy();
        resolve();
        return;
      }
      if (gapMs > 0 && nextMs > nowMs) {
        setTimeout(send, nextMs - nowMs);
        return;
      }
      dueMs = gapMs > 0 ? nextMs : nowMs;
      nextMs += gapMs;
      hasHead = false;
      head = '';
      tail = '';
      length = -1;
      received = 0;
      isChunked = false;
      firstMs = 0;
      socket.write(requestBytes);
    };
    const finish = (): void => {
      const nowMs = performance.now();
      if (isCounting) {
        completed += 1;
        latencies.push(nowMs - dueMs);
        firstBytes.push(firstMs - dueMs);
      }
      if (options.once) {
        socket.destroy();
        resolve();
      } else send();
    };
    socket.on('connect', send);
    socket.on('error', () => {
      failures += 1;
      resolve();
    });
    socket.on('close', () => resolve());
    socket.on('data', (chunk: Buffer) => {
      if (firstMs === 0) firstMs = performance.now();
      let rest = chunk;
      if (!hasHead) {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        hasHead = true;
        if (!head.startsWith('HTTP/1.1 200')) failures += 1;
        length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? -1);
        isChunked = length < 0;
        rest = Buffer.from(head.slice(end + 4), 'latin1');
      }
      received += rest.length;
      if (!isChunked) {
        if (received >= length) finish();
        return;
      }
      tail = (tail + rest.toString('latin1', Math.max(0, rest.length - 8))).slice(-8);
      if (tail.endsWith('0\r\n\r\n')) finish();
    });
  });
}

setTimeout(() => {
  isCounting = true;
  process.stderr.write('counting\n');
}, options.warmUpMs);
await Promise.all(Array.from({ length: options.connections }, (_value, index) => run(index)));
const at = (values: number[], percent: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * percent) / 100))] ??
  Number.NaN;
const result: LoadResult = {
  completed,
  failures,
  p50Ms: at(latencies, 50),
  p99Ms: at(latencies, 99),
  firstByteP50Ms: at(firstBytes, 50),
  firstByteP99Ms: at(firstBytes, 99),
};
console.log(JSON.stringify(result));
process.exit(0);

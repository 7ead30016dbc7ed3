import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProduct, startProgram } from './product.ts';
import { median, type Row } from './table.ts';

const ROUNDS = 5;
const IDLE_MS = 3000;
const START_MS_AIM = 1500;
const MEMORY_MB_AIM = 150;
const bareServer = "require('node:http').createServer((q, s) => s.end('ok')).listen(process.env.PORT, '127.0.0.1')";

/** Cold start to the first answer and memory at rest, against a Node process with nothing but an HTTP server. */
export async function measureStartAndMemory(): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'akm-bench-'));
  const product = { startMs: [] as number[], memoryMb: [] as number[] };
  const bare = { startMs: [] as number[], memoryMb: [] as number[] };
  // The first round makes the database and the key, which only a first start does.
  await (await startProduct(directory)).stop();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [figures, start] of [
      [product, () => startProduct(directory)],
      [bare, () => startProgram(['-e', bareServer])],
    ] as const) {
      const program = await start();
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      figures.startMs.push(program.startMs);
      figures.memoryMb.push(program.memoryMb());
      await program.stop();
    }
  }
  rmSync(directory, { recursive: true, force: true });
  const startMs = median(product.startMs);
  const memoryMb = median(product.memoryMb);
  return [
    {
      what: 'cold start to first answer',
      figure: `${startMs.toFixed(0)} ms`,
      against: `bare node:http ${median(bare.startMs).toFixed(0)} ms`,
      ratio: startMs / median(bare.startMs),
      aim: `< ${START_MS_AIM} ms`,
      isMet: startMs < START_MS_AIM,
    },
    {
      what: 'memory at rest (PSS)',
      figure: `${memoryMb.toFixed(0)} MB`,
      against: `bare node:http ${median(bare.memoryMb).toFixed(0)} MB`,
      ratio: memoryMb / median(bare.memoryMb),
      aim: `< ${MEMORY_MB_AIM} MB`,
      isMet: memoryMb < MEMORY_MB_AIM,
    },
  ];
}

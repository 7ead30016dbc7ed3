// npm run bench: measures the built product. Times are of this machine; the ratios are what to compare.
import { measureKeyList } from './key-list.ts';
import { measureSealing } from './sealing.ts';
import { measureStartAndMemory } from './start-and-memory.ts';
import { printTable, type Row } from './table.ts';
import { measureUsageQueries } from './usage-queries.ts';
import { measureWebSize } from './web-size.ts';

const benchmarks: Record<string, { title: string; run: () => Row[] | Promise<Row[]> }> = {
  start: { title: 'Start and memory', run: measureStartAndMemory },
  keys: { title: 'List of keys (SQLite)', run: measureKeyList },
  sealing: { title: 'Sealing (values of 64 characters)', run: measureSealing },
  usage: { title: 'Questions about usage (SQLite)', run: () => measureUsageQueries() },
  web: { title: 'Dashboard', run: measureWebSize },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  console.error(`Unknown benchmark ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.`);
  process.exit(2);
}
for (const [name, { title, run }] of Object.entries(benchmarks)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  printTable(title, await run());
}

import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

function statOf(path: string): { parent: number; cpuMs: number } | null {
  try {
    const text = readFileSync(path, 'utf8');
    // The name in parentheses may hold spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return null;
  }
}

/** A process and everything it started. */
function treeOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => statOf(`/proc/${name}/stat`)?.parent === pid)
    .map(Number);
  return [pid, ...children.flatMap(treeOf)];
}

/** CPU time of the whole tree in ms, user and system, in steps of 10 ms. */
export function cpuMsOf(pid: number): number {
  return treeOf(pid).reduce((sum, one) => sum + (statOf(`/proc/${one}/stat`)?.cpuMs ?? 0), 0);
}

/** Memory of the tree in MB, shared pages counted by their share. */
export function memoryMbOf(pid: number): number {
  return treeOf(pid).reduce((sum, one) => {
    try {
      const text = readFileSync(`/proc/${one}/smaps_rollup`, 'utf8');
      return sum + Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
    } catch {
      return sum;
    }
  }, 0);
}

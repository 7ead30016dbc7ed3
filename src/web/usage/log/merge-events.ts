import type { UsageEvent } from './log-queries.ts';

/** Newest first; calls of the same moment by their id, which rises with time. */
function isNewer(left: UsageEvent, right: UsageEvent): number {
  if (left.time !== right.time) return left.time < right.time ? 1 : -1;
  return left.id < right.id ? 1 : -1;
}

/** The calls of two lists, each once, newest first. */
export function mergeEvents(left: readonly UsageEvent[], right: readonly UsageEvent[]): UsageEvent[] {
  const byId = new Map([...left, ...right].map((event) => [event.id, event]));
  return [...byId.values()].sort(isNewer);
}

import { useQuery } from '@tanstack/react-query';
import { read } from '../../api.ts';
import { toolName } from '../../usage/tool-names.ts';
import type { VirtualKeyId } from '../virtual-key.ts';

export interface RecentTool {
  id: string;
  name: string;
  requests: number;
}

/** The tools that called with a virtual key in the last 30 days, busiest first; undefined while it is asked for. */
export function useRecentTools(virtualKeyId: VirtualKeyId): RecentTool[] | undefined {
  const { data } = useQuery(read('GET /api/usage/summary', { query: { virtualKeyId, groupBy: 'tool' } }));
  return data?.rows
    .flatMap(({ id, requests }) => (id === null ? [] : [{ id, name: toolName(id), requests }]))
    .sort((left, right) => right.requests - left.requests);
}

import type { Handler } from '../context.ts';
import { DAY_MS, hourSpan } from '../usage/usage-span.ts';

export const readInstanceUsage: Handler<'GET /api/admin/usage'> = async ({ services, nowMs }, { query }) => {
  const { fromMs, toMs } = hourSpan(query, nowMs);
  const span = { fromMs: Math.floor(fromMs / DAY_MS) * DAY_MS, toMs: Math.ceil(toMs / DAY_MS) * DAY_MS };
  const { totals, days, workspaces } = await services.usage.ask('instanceUsage', {
    span,
    workspaceId: query.workspaceId ?? null,
  });
  return {
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    totals,
    days: days.map(({ day, ...figures }) => ({
      day: new Date(day * DAY_MS).toISOString().slice(0, 10),
      ...figures,
    })),
    workspaces,
  };
};

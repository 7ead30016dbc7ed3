import type { Handler } from '../context.ts';
import { usageScopeOf } from './usage-scope.ts';
import { hourSpan } from './usage-span.ts';

export const readUsageSummary: Handler<'GET /api/usage/summary'> = async (context, { query }) => {
  const { from, to, groupBy = null, ...filter } = query;
  const span = hourSpan({ from, to }, context.nowMs);
  return context.services.usage.ask('summary', { scope: await usageScopeOf(context), filter, span, groupBy });
};

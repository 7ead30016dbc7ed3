import type { Handler } from '../context.ts';
import { AppError } from '../http-errors.ts';
import { isTimeZone } from '../limits/time-zone.ts';
import { SERIES_GROUPS_MAX } from './query-series.ts';
import { usageScopeOf } from './usage-scope.ts';
import { DAY_MS, HOUR_MS, hourSpan, type UsageSpan } from './usage-span.ts';

/** A month by the hour with groups; more make no chart, only a long reply. */
const POINTS_MAX = 7000;

/** Throws `time_zone_unknown`, and `invalid_input` for a span with too many points. */
export const readUsageSeries: Handler<'GET /api/usage/series'> = async (context, { query }) => {
  const { from, to, groupBy = null, interval, timeZone, ...filter } = query;
  if (!isTimeZone(timeZone)) throw new AppError('time_zone_unknown');
  const span = hourSpan({ from, to }, context.nowMs);
  refuseTooLong(span, { interval, groups: groupBy === null ? 1 : SERIES_GROUPS_MAX + 1 });
  const scope = await usageScopeOf(context);
  return context.services.usage.ask('series', { scope, filter, span, groupBy, interval, timeZone });
};

function refuseTooLong({ fromMs, toMs }: UsageSpan, shape: { interval: 'hour' | 'day'; groups: number }): void {
  const { interval, groups } = shape;
  const moments = Math.ceil((toMs - fromMs) / (interval === 'hour' ? HOUR_MS : DAY_MS));
  if (moments * groups <= POINTS_MAX) return;
  const most = `at most ${Math.floor(POINTS_MAX / groups)} ${interval}s${groups === 1 ? '' : ' with groups'}`;
  const message = `asks for ${moments} ${interval}s; a series has ${most}. Ask for less time${interval === 'hour' ? ' or by the day' : ''}.`;
  throw new AppError('invalid_input', { message: `The span ${message}`, details: [{ path: 'from', message }] });
}

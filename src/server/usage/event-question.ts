import type { UsageEventId } from '../../contract/ids.ts';
import type { Dialect, Outcome, UsageState } from '../../contract/vocabulary.ts';
import type { UsageFilter, UsageScope } from './visible-usage.store.ts';

export interface EventFilter extends UsageFilter {
  readonly dialect?: Dialect | undefined;
  readonly outcome?: Outcome | 'failed' | undefined;
  readonly usageState?: UsageState | undefined;
  readonly priceState?: 'priced' | 'unpriced' | undefined;
  readonly requestId?: string | undefined;
}

export interface EventQuestion {
  readonly scope: UsageScope;
  readonly filter: EventFilter;
  readonly fromMs: number;
  readonly toMs: number | null;
  /** Where an earlier page ended: only what stands after it, newest first. An empty id: before that time. */
  readonly after: EventPlace | null;
}

export interface EventPlace {
  readonly timeMs: number;
  readonly id: UsageEventId | '';
}

import { isDatabaseUnavailable } from '../database/unavailable.ts';
import type { Services } from '../services.ts';
import { type BudgetAlert, recordBudgetAlert } from './record-budget-alert.ts';

/** Alerts that wait for the database. Those that come after so many are not kept. */
const KEPT_MAX = 10_000;
const AGAIN_MS = 1_000;
const AGAIN_MS_MAX = 30_000;

export interface KeptAlerts {
  /** To be written now or, while the database is away, once it is back. Never throws. */
  keep: (alert: BudgetAlert) => void;
  /** Tries once more to write what is left. */
  close: () => Promise<void>;
}

interface Kept {
  readonly alert: BudgetAlert;
  /** When the share was reached, which may be long before it is written. */
  readonly timeMs: number;
}

/** Writes budget alerts one after the other, in the order in which they came. */
export function keepBudgetAlerts(services: Services): KeptAlerts {
  const log = services.log.child({ part: 'alerts' });
  const kept: Kept[] = [];
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = AGAIN_MS;
  let isClosed = false;

  const writeAll = async (): Promise<void> => {
    for (let next = kept[0]; next !== undefined; next = kept[0]) {
      try {
        await recordBudgetAlert(services, next.alert, next.timeMs);
        waitMs = AGAIN_MS;
      } catch (error) {
        if (isDatabaseUnavailable(error)) return tryLater(error);
        // It would fail again and again, and keep all others from being written.
        log.error({ error, subjectId: next.alert.subject.id }, 'a budget alert could not be written');
      }
      kept.shift();
    }
  };
  const tryLater = (error: unknown): void => {
    log.error({ error, alerts: kept.length }, 'budget alerts wait for the database');
    if (isClosed) return;
    timer = setTimeout(write, waitMs).unref();
    waitMs = Math.min(waitMs * 2, AGAIN_MS_MAX);
  };
  const write = (): void => {
    timer = undefined;
    writing ??= writeAll().finally(() => {
      writing = undefined;
      // One that came while the last was just done.
      if (kept.length > 0 && timer === undefined && !isClosed) write();
    });
  };

  return {
    keep(alert) {
      if (kept.length >= KEPT_MAX) {
        log.error({ subjectId: alert.subject.id }, 'a budget alert is lost: too many wait for the database');
        return;
      }
      kept.push({ alert, timeMs: Date.now() });
      if (timer === undefined) write();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await writing;
      await writeAll();
    },
  };
}

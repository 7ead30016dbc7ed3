import { expect, it } from 'vitest';
import {
  LAST_ANSWERS_MS_MAX,
  LAST_HANDLERS_MS_MAX,
  LAST_WRITES_MS_MAX,
  RUNNING_CALLS_MS_MAX,
  STOP_MS_MAX,
} from './graceful-stop.ts';

it('the parts of stopping fit into its whole, with a second for the database', () => {
  const parts = RUNNING_CALLS_MS_MAX + LAST_ANSWERS_MS_MAX + LAST_HANDLERS_MS_MAX + LAST_WRITES_MS_MAX;
  expect(parts).toBeLessThanOrEqual(STOP_MS_MAX - 1000);
});

import type { CredentialId } from '../../contract/ids.ts';
import { clearNextChecks, type ScheduledRow } from './schedule.store.ts';

const HOUR_MS = 60 * 60 * 1000;
/** When a key that is not to be tested is looked at again. */
const RESTING_HOURS = 24;
const ID_CHARACTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** Gives all keys of a workspace new times, e.g. because their rhythm has changed. */
export const forgetSchedule = clearNextChecks;

/** What decides when a key is tested. */
type Timed = Pick<ScheduledRow, 'id' | 'deleted_at' | 'workspace_deleted_at' | 'checks_off' | 'check_every_hours'>;

/** Whether the clock tests this key: neither it nor its workspace switched that off, and neither is deleted. */
export function isChecked(row: Timed): boolean {
  const isLive = row.deleted_at === null && row.workspace_deleted_at === null;
  return isLive && row.checks_off === 0 && row.check_every_hours > 0;
}

/** When a key is tested for the first time: keys that came together are spread over the whole time between two tests. */
export function firstCheckAt(row: Timed, nowMs: number): number {
  return nowMs + Math.round(hoursOf(row) * HOUR_MS * (0.1 + 0.9 * shareOf(row.id)));
}

/** When it is tested again: up to a tenth earlier or later than asked, each key otherwise, so that they never gather. */
export function nextCheckAt(row: Timed, nowMs: number): number {
  return nowMs + Math.round(hoursOf(row) * HOUR_MS * (0.9 + 0.2 * shareOf(row.id)));
}

const hoursOf = (row: Timed): number => (isChecked(row) ? row.check_every_hours : RESTING_HOURS);

/** From 0 up to 1 by the end of the id, which is chance: the same for one key, and even among many. */
function shareOf(id: CredentialId): number {
  const end = Array.from(id.slice(-4)).reduce((sum, character) => sum * 32 + ID_CHARACTERS.indexOf(character), 0);
  return end / 32 ** 4;
}

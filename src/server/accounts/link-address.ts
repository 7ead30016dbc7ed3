import { isPrivateToThisComputer } from '../config.ts';
import type { CallContext } from '../context.ts';

/**
 * The address of a page of the dashboard, for a mail; null when the server does not know its own. `Host` is believed on a
 * server for this computer only, which refuses foreign names: elsewhere a stranger could have a link of theirs mailed.
 */
export function addressOf({ services, host }: Pick<CallContext, 'services' | 'host'>, path: string): string | null {
  const { config } = services;
  if (config.publicUrl !== undefined) return new URL(path, config.publicUrl).href;
  return isPrivateToThisComputer(config) ? new URL(path, `http://${host}`).href : null;
}

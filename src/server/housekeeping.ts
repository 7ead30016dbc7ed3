import { forgetOldLinks } from './accounts/account-links.ts';
import { forgetOldAlerts } from './alerts/alerts.ts';
import { deliverDueAlerts } from './alerts/deliver-alerts.ts';
import { forgetOldMessages } from './alerts/webhook-messages.ts';
import { streamAuditEvents } from './audit-events/audit-stream.ts';
import { pruneAuditEvents } from './audit-events/prune-events.ts';
import { watchChains } from './audit-events/verify-events.ts';
import { tellOfExpiry } from './credentials/expiry-notices.ts';
import { runScheduledChecks } from './credentials/scheduled-checks.ts';
import { purgeLongTrashed } from './credentials/trash.ts';
import { mailDueNotifications } from './notifications/deliver-mails.ts';
import { forgetOldNotifications } from './notifications/notifications.ts';
import { forgetUnfinishedSignIns } from './second-factors/challenges.ts';
import type { Services } from './services.ts';
import { forgetEndedSessions } from './sessions/sessions.ts';
import { forgetOldShareLinks } from './share-links/share-links.ts';
import { purgePlaygroundKeys } from './virtual-keys/playground-key.ts';
import { purgeDeletedWorkspaces } from './workspaces/deleted-workspaces.ts';

const HOUR_MS = 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;
const ALERTS_MS = 15 * 1000;

type Task = (services: Services, nowMs: number, signal: AbortSignal) => Promise<void>;

type Tasks = Readonly<Record<string, Task>>;

/** What time asks for once an hour, each on its own: one that fails keeps no other from its work. */
const hourly: Tasks = {
  'emptying the trash': async (services, nowMs, signal) => {
    const purged = await purgeLongTrashed(services, nowMs, signal);
    if (purged > 0) services.log.info({ purged }, 'emptied the trash of keys deleted over 30 days ago');
  },
  'purging deleted workspaces': async (services, nowMs, signal) => {
    const purged = await purgeDeletedWorkspaces(services, nowMs, signal);
    if (purged > 0) services.log.info({ purged }, 'purged workspaces deleted over seven days ago');
  },
  'forgetting ended sessions': forgetEndedSessions,
  'forgetting unfinished sign-ins': forgetUnfinishedSignIns,
  'forgetting old links': forgetOldLinks,
  'forgetting playground keys': purgePlaygroundKeys,
  'forgetting old alerts': forgetOldAlerts,
  'forgetting old messages to webhooks': forgetOldMessages,
  'forgetting old notifications': forgetOldNotifications,
  'emptying old one-time links': forgetOldShareLinks,
  'telling of keys that end': tellOfExpiry,
  'removing old audit events': pruneAuditEvents,
};

/** What is dear, and wanted once a day. */
const daily: Tasks = { 'verifying the audit trail': watchChains };

/** On its own, because providers take their time. */
const byMinute: Tasks = {
  'testing keys by the clock': async (services, nowMs, signal) =>
    void (await runScheduledChecks(services, nowMs, signal)),
};

/** What is wanted soon. */
const often: Tasks = {
  'sending alerts': async (services, nowMs, signal) => void (await deliverDueAlerts(services, { nowMs, signal })),
  'streaming audit events': streamAuditEvents,
  'mailing notifications': async (services, nowMs, signal) =>
    void (await mailDueNotifications(services, { nowMs, signal })),
};

/** Does that work now and then at its times. Gives the way to stop it, which waits for what is running. */
export function startHousekeeping(services: Services): () => Promise<void> {
  const stops = [
    repeat(services, daily, { everyMs: 24 * HOUR_MS, words: 'tomorrow' }),
    repeat(services, hourly, { everyMs: HOUR_MS, words: 'in an hour' }),
    repeat(services, byMinute, { everyMs: MINUTE_MS, words: 'in a minute' }),
    repeat(services, often, { everyMs: ALERTS_MS, words: 'in 15 seconds' }),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

interface Rhythm {
  readonly everyMs: number;
  readonly words: string;
}

function repeat(services: Services, tasks: Tasks, { everyMs, words }: Rhythm): () => Promise<void> {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    for (const [name, task] of Object.entries(tasks)) {
      await task(services, Date.now(), stopping.signal).catch((error: unknown) => {
        services.log.error({ error }, `${name} failed and will be tried again ${words}`);
      });
    }
  };
  let running = run();
  const timer = setInterval(() => {
    running = running.then(run);
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    stopping.abort();
    await running;
  };
}

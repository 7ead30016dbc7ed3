import type { ReactNode } from 'react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import settings from '../../settings/settings.module.css';
import { CopyButton } from '../../ui/copy.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Time } from '../../ui/time.tsx';
import { Amount, formatShare } from '../../usage/amounts.tsx';
import { formatBytes, formatSeconds } from './amounts.ts';
import type { System } from './problems.ts';
import classes from './system-page.module.css';

function Card({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** How much is kept, as numbers: nothing of what it is. */
export function Counts({ counts }: { counts: System['counts'] }) {
  const { t } = useTranslation('administration');
  const names = [
    'users',
    'activeUsers',
    'administrators',
    'sessions',
    'workspaces',
    'teams',
    'keys',
    'virtualKeys',
    'usageEvents',
    'auditEvents',
  ] as const satisfies readonly (keyof System['counts'])[];
  return (
    <Card title={t('system.counts.title')}>
      <dl className={classes.counts}>
        {names.map((name) => (
          <div key={name}>
            <dt>{t(`system.counts.${name}`)}</dt>
            <dd>
              <Amount value={counts[name]} />
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

export function SystemFacts({ system }: { system: System }) {
  return (
    <div className={classes.cards}>
      <Server system={system} />
      <Database database={system.database} />
      <Disk disk={system.disk} />
      <Journal journal={system.journal} />
      <MasterKey masterKey={system.masterKey} />
      <Backups lastBackupAt={system.lastBackupAt} />
    </div>
  );
}

function Server({ system: { version, node, platform, startedAt, memory } }: { system: System }) {
  const { t } = useTranslation('administration');
  const locale = useLocale();
  const words = {
    resident: formatBytes(memory.residentBytes, locale),
    heap: formatBytes(memory.heapUsedBytes, locale),
  };
  return (
    <Card title={t('system.server.title')}>
      <dl className={settings.facts}>
        <dt>{t('system.server.version')}</dt>
        <dd>{version}</dd>
        <dt>{t('system.server.started')}</dt>
        <dd>
          <Time value={startedAt} />
        </dd>
        <dt>{t('system.server.memory')}</dt>
        <dd>{t('system.server.memoryText', words)}</dd>
        <dt>{t('system.server.node')}</dt>
        <dd>{node}</dd>
        <dt>{t('system.server.platform')}</dt>
        <dd>{platform}</dd>
      </dl>
    </Card>
  );
}

const engineNames = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const;

function Database({ database }: { database: System['database'] }) {
  const { t } = useTranslation('administration');
  const locale = useLocale();
  const { engine, engineVersion, sizeBytes, migrations } = database;
  return (
    <Card title={t('system.database.title')}>
      <dl className={settings.facts}>
        <dt>{t('system.database.engine')}</dt>
        <dd>
          {engineNames[engine]} {engineVersion}
        </dd>
        <dt>{t('system.database.size')}</dt>
        <dd>{formatBytes(sizeBytes, locale)}</dd>
        <dt>{t('system.database.migrations')}</dt>
        <dd>
          <Migrations migrations={migrations} />
        </dd>
      </dl>
    </Card>
  );
}

function Migrations({ migrations }: Pick<System['database'], 'migrations'>) {
  const { t } = useTranslation('administration');
  const [last, ...earlier] = migrations.toReversed();
  if (last === undefined) return <>–</>;
  return (
    <>
      <Mono>{last.name}</Mono> <Time value={last.appliedAt} />
      {earlier.length > 0 && (
        <details className={classes.earlier}>
          <summary>{t('system.database.earlier', { count: earlier.length })}</summary>
          <ul>
            {earlier.map(({ name, appliedAt }) => (
              <li key={name}>
                <Mono>{name}</Mono> <Time value={appliedAt} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Disk({ disk }: Pick<System, 'disk'>) {
  const { t } = useTranslation('administration');
  const locale = useLocale();
  if (disk === null)
    return (
      <Card title={t('system.disk.title')}>
        <p className={settings.plain}>{t('system.disk.unknown')}</p>
      </Card>
    );
  const { freeBytes, totalBytes } = disk;
  const words = { free: formatBytes(freeBytes, locale), total: formatBytes(totalBytes, locale) };
  const share = formatShare(totalBytes - freeBytes, totalBytes, locale);
  return (
    <Card title={t('system.disk.title')}>
      <dl className={settings.facts}>
        <dt>{t('system.disk.free')}</dt>
        <dd>{t('system.disk.freeText', words)}</dd>
      </dl>
      <meter
        className={classes.meter}
        aria-label={t('system.disk.used', { share })}
        min={0}
        max={totalBytes}
        value={totalBytes - freeBytes}
      />
      <p className={settings.plain}>{t('system.disk.used', { share })}</p>
    </Card>
  );
}

function Journal({ journal }: Pick<System, 'journal'>) {
  const { t } = useTranslation('administration');
  const locale = useLocale();
  const { pendingRecords, waitingSeconds, lastAppliedAt, lastError } = journal;
  const time = formatSeconds(waitingSeconds ?? 0, locale);
  return (
    <Card title={t('system.journal.title')}>
      <dl className={settings.facts}>
        <dt>{t('system.journal.waiting')}</dt>
        <dd>
          {pendingRecords === 0
            ? t('system.journal.nothing')
            : t('system.journal.records', { count: pendingRecords, time })}
        </dd>
        <dt>{t('system.journal.lastApplied')}</dt>
        <dd>
          <Time value={lastAppliedAt} fallback={t('system.journal.never')} />
        </dd>
        {lastError !== null && (
          <>
            <dt>{t('system.journal.lastError')}</dt>
            <dd className={settings.trouble}>{lastError}</dd>
          </>
        )}
      </dl>
    </Card>
  );
}

function MasterKey({ masterKey: { id, history } }: Pick<System, 'masterKey'>) {
  const { t } = useTranslation('administration');
  return (
    <Card title={t('system.masterKey.title')}>
      <dl className={settings.facts}>
        <dt>{t('system.masterKey.current')}</dt>
        <dd className={classes.id}>
          <Mono>{id}</Mono>
          <CopyButton value={id} label={t('system.masterKey.copy')} name={t('system.masterKey.name')} size={24} />
        </dd>
      </dl>
      <p className={settings.plain}>{t('system.masterKey.hint')}</p>
      {history.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it may scroll, so keyboards must be able to reach it
        <section className={classes.scroll} tabIndex={0} aria-label={t('system.masterKey.history')}>
          <table className={classes.history}>
            <caption>{t('system.masterKey.history')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('system.masterKey.id')}</th>
                <th scope="col">{t('system.masterKey.promoted')}</th>
                <th scope="col">{t('system.masterKey.retired')}</th>
              </tr>
            </thead>
            <tbody>
              {history.map((key) => (
                <tr key={key.id}>
                  <th scope="row">
                    <Mono>{key.id}</Mono>
                  </th>
                  <td>
                    <Time value={key.promotedAt} />
                  </td>
                  <td>
                    <Time value={key.retiredAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Card>
  );
}

function Backups({ lastBackupAt }: Pick<System, 'lastBackupAt'>) {
  const { t } = useTranslation('administration');
  return (
    <Card title={t('system.backups.title')}>
      <dl className={settings.facts}>
        <dt>{t('system.backups.last')}</dt>
        <dd>
          <Time value={lastBackupAt} fallback={t('system.backups.none')} />
        </dd>
      </dl>
    </Card>
  );
}

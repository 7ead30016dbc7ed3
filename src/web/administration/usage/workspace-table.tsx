import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import { Amount, formatShare, isAlarming, Usd } from '../../usage/amounts.tsx';
import classes from './instance-usage.module.css';
import type { InstanceUsage } from './usage-days.ts';

/** The server gives at most so many. */
const ROWS_MAX = 500;

interface WorkspaceTableProps {
  workspaces: InstanceUsage['workspaces'];
  chosenId: string | undefined;
  isStale: boolean;
  onChoose: (id: string) => void;
}

/** What each workspace used, the dearest first. A name shows its days alone. */
export function WorkspaceTable({ workspaces, chosenId, isStale, onChoose }: WorkspaceTableProps) {
  const { t } = useTranslation('administration');
  const locale = useLocale();
  return (
    <div className={classes.card} data-stale={isStale || undefined}>
      <h2 id="instance-workspaces">{t('usage.workspaces')}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keyboards must be able to reach it */}
      <section className={classes.scroll} tabIndex={0} aria-labelledby="instance-workspaces">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('usage.workspace')}</th>
              <th scope="col">{t('usage.kind')}</th>
              <th scope="col">{t('usage.cost')}</th>
              <th scope="col">{t('usage.tokens')}</th>
              <th scope="col">{t('usage.requests')}</th>
              <th scope="col">{t('usage.errors')}</th>
            </tr>
          </thead>
          <tbody>
            {workspaces.map((workspace) => {
              const name = workspace.name ?? t('usage.gone');
              return (
                <tr key={workspace.id} data-chosen={workspace.id === chosenId || undefined}>
                  <th scope="row">
                    <button
                      type="button"
                      className={classes.choose}
                      title={t('usage.onlyThis', { name })}
                      aria-pressed={workspace.id === chosenId}
                      onClick={() => onChoose(workspace.id)}
                    >
                      {name}
                    </button>
                  </th>
                  <td>{workspace.kind === null ? '–' : t(`usage.${workspace.kind}`)}</td>
                  <td>
                    <Usd value={workspace.costUsd} unknown={t('usage.unknownCost')} />
                  </td>
                  <td>
                    <Amount value={workspace.inputTokens + workspace.outputTokens} />
                  </td>
                  <td>
                    <Amount value={workspace.requests} />
                  </td>
                  <td data-alarming={isAlarming(workspace) || undefined}>
                    <Amount value={workspace.errors} />{' '}
                    <small>{formatShare(workspace.errors, workspace.requests, locale)}</small>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {workspaces.length >= ROWS_MAX && <p>{t('usage.most', { count: ROWS_MAX })}</p>}
    </div>
  );
}

import { CloseButton } from '@mantine/core';
import { Check, ShieldAlert, ShieldCheck, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import audit from '../../audit/audit.module.css';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Amount } from '../../usage/amounts.tsx';
import classes from './chain-reports.module.css';

export type ChainItem = OperationReply<Operations['POST /api/instance/audit-events/verify']>['items'][number];

/** What walking every chain found. Those that were changed stand first, each place by name. */
export function ChainReports({ chains, onClose }: { chains: readonly ChainItem[]; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const broken = chains.filter(({ report }) => !report.isIntact);
  const checked = chains.reduce((sum, { report }) => sum + report.checked, 0);
  const isIntact = broken.length === 0;
  const Icon = isIntact ? ShieldCheck : ShieldAlert;
  const sorted = [...broken, ...chains.filter(({ report }) => report.isIntact)];
  return (
    <section className={audit.report} data-intact={isIntact} aria-labelledby="chain-reports">
      <Icon size={20} aria-hidden />
      <div>
        <h2 id="chain-reports">
          {isIntact ? t('audit.intact', { count: chains.length }) : t('audit.broken', { count: broken.length })}
        </h2>
        <p>{isIntact ? t('audit.intactText', { count: checked }) : t('audit.brokenText')}</p>
        <details className={classes.details} open={!isIntact}>
          <summary>{t('audit.chains')}</summary>
          <Chains chains={sorted} />
        </details>
      </div>
      <CloseButton aria-label={t('audit.close')} onClick={onClose} />
    </section>
  );
}

function Chains({ chains }: { chains: readonly ChainItem[] }) {
  const { t } = useTranslation(['administration', 'audit']);
  const nameOf = (chain: string) =>
    chain.startsWith('ws_')
      ? t('administration:audit.workspaceChain', { id: chain })
      : t('administration:audit.instanceChain');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keyboards must be able to reach it
    <section className={classes.scroll} tabIndex={0} aria-label={t('administration:audit.chains')}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('administration:audit.chain')}</th>
            <th scope="col">{t('administration:audit.result')}</th>
            <th scope="col">{t('administration:audit.events')}</th>
            <th scope="col">{t('administration:audit.head')}</th>
          </tr>
        </thead>
        <tbody>
          {chains.map(({ chain, report }) => (
            <tr key={chain}>
              <th scope="row">
                {nameOf(chain)}
                {report.faults.length > 0 && (
                  <ul>
                    {report.faults.map(({ kind, number, count, eventId }) => (
                      <li key={`${kind} ${number} ${eventId}`}>{t(`audit:verify.fault.${kind}`, { number, count })}</li>
                    ))}
                  </ul>
                )}
              </th>
              <td>
                <StatusBadge tone={report.isIntact ? 'good' : 'bad'} icon={report.isIntact ? Check : TriangleAlert}>
                  {t(report.isIntact ? 'administration:audit.ok' : 'administration:audit.faulty')}
                </StatusBadge>
              </td>
              <td>
                <Amount value={report.checked} />
              </td>
              <td>
                <code title={report.head.hash} translate="no">
                  {report.head.number} {report.head.hash.slice(0, 12)}
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

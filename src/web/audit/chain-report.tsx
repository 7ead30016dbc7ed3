import { CloseButton } from '@mantine/core';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { CopyButton } from '../ui/copy.tsx';
import { joinSentences } from '../ui/sentences.ts';
import classes from './audit.module.css';
import type { ChainReport } from './audit-queries.ts';

interface ChainReportViewProps {
  report: ChainReport;
  onClose: () => void;
}

/** What walking the chain found: that everything fits, or each place that does not. */
export function ChainReportView({ report, onClose }: ChainReportViewProps) {
  const { t } = useTranslation('audit');
  const locale = useLocale();
  const { isIntact, checked, unchained, removed, head, faults } = report;
  const Icon = isIntact ? ShieldCheck : ShieldAlert;
  const sentences = [
    isIntact ? t('verify.intactText', { count: checked }) : t('verify.brokenText', { count: faults.length }),
    ...(unchained > 0 ? [t('verify.unchained', { count: unchained })] : []),
    ...(removed > 0 ? [t('verify.removed', { count: removed })] : []),
  ];
  return (
    <section className={classes.report} data-intact={isIntact} aria-labelledby="chain-report">
      <Icon size={20} aria-hidden />
      <div>
        <h2 id="chain-report">{t(isIntact ? 'verify.intact' : 'verify.broken')}</h2>
        <p>{joinSentences(sentences, locale)}</p>
        {faults.length > 0 && (
          <ul aria-label={t('verify.faults')}>
            {faults.map(({ kind, number, count, eventId }) => (
              <li key={`${kind} ${number} ${eventId}`}>{t(`verify.fault.${kind}`, { number, count })}</li>
            ))}
          </ul>
        )}
        <div className={classes.head} title={t('verify.headHint')}>
          {t('verify.head', { number: head.number })}
          <span>
            <code translate="no">{head.hash}</code>
            <CopyButton value={head.hash} label={t('verify.copyHead')} name={t('verify.headName')} size={24} />
          </span>
        </div>
        {isIntact && <p>{t('verify.headHint')}</p>}
      </div>
      <CloseButton aria-label={t('verify.close')} onClick={onClose} />
    </section>
  );
}

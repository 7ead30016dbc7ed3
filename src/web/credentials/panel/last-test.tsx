import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import type { Credential } from '../credential.ts';
import { CredentialStatusBadge } from '../credential-status.tsx';
import { formatBalance } from '../test-result.tsx';
import { useReasonSentence } from '../use-reason-sentence.ts';
import classes from './panel.module.css';

/** What is stored of the last test. */
export function LastTest({ credential }: { credential: Credential }) {
  const { t } = useTranslation('credentials');
  const locale = useLocale();
  const sentenceOf = useReasonSentence();
  const { status, statusReason, models, balance } = credential;
  const said = statusReason === null ? null : sentenceOf(statusReason, credential.provider);
  const sentence = status === 'expired' ? t('test.expired') : said;
  return (
    <>
      <div className={classes.chips}>
        <CredentialStatusBadge status={status} />
        {models !== null && <span className={classes.chip}>{t('test.models', { count: models })}</span>}
        {balance !== null && (
          <span className={classes.chip}>
            {t('test.balance')} <strong>{formatBalance(balance, locale)}</strong>
          </span>
        )}
      </div>
      <p className={classes.hint}>{sentence ?? (credential.lastTestedAt === null ? t('test.never') : '')}</p>
    </>
  );
}

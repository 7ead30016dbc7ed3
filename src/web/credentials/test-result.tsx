import { Anchor } from '@mantine/core';
import { CopyCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locales/use-locale.ts';
import { formatCount, formatMoney } from '../ui/numbers.tsx';
import type { CredentialId, CredentialTest } from './credential.ts';
import { CredentialStatusBadge } from './credential-status.tsx';
import classes from './test-result.module.css';
import { useReasonSentence } from './use-reason-sentence.ts';

interface TestResultProps {
  test: CredentialTest;
  providerId: string;
  /** Given where the key that already holds the secret can be opened. */
  onOpenDuplicate?: ((id: CredentialId) => void) | undefined;
  /** Stands at the right of the status, e.g. a button to test again. */
  action?: ReactNode;
}

/** What the provider said about a key: status, sentence, latency, models, balance and who else holds the secret. */
export function TestResult({ test, providerId, onOpenDuplicate, action }: TestResultProps) {
  const sentence = useReasonSentence();
  return (
    <div className={classes.result}>
      <div className={classes.top}>
        <CredentialStatusBadge status={test.status} />
        <TestFacts test={test} />
        {action !== undefined && <span className={classes.action}>{action}</span>}
      </div>
      <p className={classes.sentence}>{sentence(test.reason, providerId) ?? test.message}</p>
      {test.duplicateOf !== undefined && (
        <Duplicate name={test.duplicateOf.name} id={test.duplicateOf.id} onOpen={onOpenDuplicate} />
      )}
    </div>
  );
}

interface DuplicateProps {
  id: CredentialId;
  name: string;
  onOpen: ((id: CredentialId) => void) | undefined;
}

function Duplicate({ id, name, onOpen }: DuplicateProps) {
  const { t } = useTranslation('credentials');
  return (
    <p className={classes.duplicate}>
      <CopyCheck size={15} aria-hidden />
      <span>{t('test.duplicate', { name })}</span>
      {onOpen !== undefined && (
        <Anchor component="button" type="button" size="sm" onClick={() => onOpen(id)}>
          {t('test.openDuplicate')}
        </Anchor>
      )}
    </p>
  );
}

function TestFacts({ test }: { test: CredentialTest }) {
  const { t } = useTranslation('credentials');
  const locale = useLocale();
  const { latencyMs, httpStatus, models, balance } = test;
  return (
    <>
      <span className={classes.fact}>{t('test.latency', { ms: formatCount(latencyMs, locale) })}</span>
      {httpStatus !== undefined && httpStatus >= 400 && (
        <span className={classes.fact}>{t('test.httpStatus', { status: httpStatus })}</span>
      )}
      {models !== undefined && <span className={classes.fact}>{t('test.models', { count: models })}</span>}
      {balance !== undefined && (
        <span className={classes.fact}>
          {t('test.balance')} <strong>{formatBalance(balance, locale)}</strong>
        </span>
      )}
    </>
  );
}

const CURRENCY_CODE = /^[A-Z]{3}$/;

/** A provider's balance; its "currency" may be credits or points and not a currency at all. */
export function formatBalance(balance: { amount: string; currency: string }, locale: string): string {
  const amount = Number(balance.amount);
  if (!Number.isFinite(amount)) return `${balance.amount} ${balance.currency}`;
  if (!CURRENCY_CODE.test(balance.currency)) return `${formatCount(amount, locale)} ${balance.currency}`;
  return formatMoney(amount, locale, balance.currency);
}

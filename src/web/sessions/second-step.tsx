import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { CodeField } from '../second-factors/code-field.tsx';
import { ProofError } from '../second-factors/proof-error.tsx';
import own from '../second-factors/second-factors.module.css';
import { passkeysWork } from '../second-factors/webauthn.ts';

const methods = ['totp', 'passkey', 'recovery_code'] as const;
export type FactorMethod = (typeof methods)[number];

/** Which second factors an account takes, as a `totp_needed` names them; null for any other error. */
export function neededMethods(error: unknown): readonly FactorMethod[] | null {
  if (!(error instanceof ApiError) || error.code !== 'totp_needed') return null;
  const { details } = error;
  const named: unknown = typeof details === 'object' && details !== null && 'methods' in details ? details.methods : [];
  const known = methods.filter((method) => Array.isArray(named) && named.includes(method));
  return known.length === 0 ? ['totp', 'recovery_code'] : known;
}

interface SecondStepProps {
  methods: readonly FactorMethod[];
  isBusy: boolean;
  error: unknown;
  /** Sends the form that this stands in. */
  onComplete: () => void;
  onPasskey?: () => void;
  onBack: () => void;
}

/** The code that follows the password; stands inside the form that holds both. Its field is called `totp`. */
export function SecondStep({ methods: offered, isBusy, error, onComplete, onPasskey, onBack }: SecondStepProps) {
  const { t } = useTranslation('secondFactors');
  const hasApp = offered.includes('totp');
  const hasPasskey = offered.includes('passkey') && onPasskey !== undefined && passkeysWork();
  const [isRecovery, setIsRecovery] = useState(!hasApp);
  const isWrong = error instanceof ApiError && error.code === 'totp_wrong';
  const sentence = !hasApp && hasPasskey ? 'step.byPasskey' : isRecovery ? 'step.byRecovery' : 'step.byApp';
  return (
    <>
      <p className={own.text}>{t(sentence)}</p>
      {hasPasskey && !hasApp && (
        <>
          <Button size="md" loading={isBusy} onClick={onPasskey}>
            {t('step.usePasskey')}
          </Button>
          <Or />
        </>
      )}
      <CodeField
        key={String(isRecovery)}
        name="totp"
        kind={isRecovery ? 'recovery' : 'app'}
        label={t(isRecovery ? 'step.recoveryCode' : 'step.code')}
        error={isWrong ? t(isRecovery ? 'step.wrongRecovery' : 'step.wrong') : null}
        onComplete={onComplete}
        hasFocus
      />
      {error !== null && !isWrong && neededMethods(error) === null && <ProofError error={error} />}
      <Button type="submit" size="md" loading={isBusy} variant={hasApp ? 'filled' : 'default'}>
        {t('step.submit')}
      </Button>
      <div className={own.links}>
        {hasApp && hasPasskey && (
          <Button variant="subtle" size="compact-sm" onClick={onPasskey}>
            {t('step.usePasskey')}
          </Button>
        )}
        {hasApp && offered.includes('recovery_code') && (
          <Button variant="subtle" size="compact-sm" onClick={() => setIsRecovery(!isRecovery)}>
            {t(isRecovery ? 'step.useApp' : 'step.useRecovery')}
          </Button>
        )}
        <Button variant="subtle" color="gray" size="compact-sm" onClick={onBack}>
          {t('step.back')}
        </Button>
      </div>
    </>
  );
}

export function Or() {
  const { t } = useTranslation('sessions');
  return <div className={own.or}>{t('signIn.or')}</div>;
}

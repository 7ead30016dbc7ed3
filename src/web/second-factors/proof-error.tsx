import { CircleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { InlineError } from '../ui/error-state.tsx';
import states from '../ui/states.module.css';
import { PasskeyProblem } from './webauthn.ts';

/** Why a proof did not work: what the browser said of a passkey, or the refusal of the server. */
export function ProofError({ error }: { error: unknown }) {
  const { t } = useTranslation('secondFactors');
  if (!(error instanceof PasskeyProblem)) return <InlineError error={error} />;
  return (
    <div className={states.inline} role="alert">
      <CircleAlert size={16} aria-hidden />
      <p>{t(`problem.${error.kind}`)}</p>
    </div>
  );
}

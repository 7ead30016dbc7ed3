import { Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { hasCopiedModel } from '../models/copied-model.ts';
import { LinkButton } from '../ui/link-button.tsx';
import classes from './first-steps.module.css';
import type { Overview } from './overview-page.tsx';

const steps = ['add', 'test', 'copy', 'model'] as const;
type Step = (typeof steps)[number];

function isDone(step: Step, { keys, recentKeys, recentEvents }: Overview): boolean {
  if (step === 'add') return keys.total > 0;
  if (step === 'test') return keys.total > (keys.byStatus.untested ?? 0);
  if (step === 'model') return hasCopiedModel();
  return (
    recentKeys.some((key) => key.lastCopiedAt !== null) || recentEvents.some(({ action }) => action === 'key.copied')
  );
}

/** Whether the person is still finding the way: nothing was copied yet and there are hardly any keys. */
export function isFirstRun(overview: Overview): boolean {
  return overview.keys.total < 3 && !(['add', 'test', 'copy'] as const).every((step) => isDone(step, overview));
}

function StepAction({ step }: { step: Step }) {
  const { t } = useTranslation('overview');
  if (step === 'model')
    return (
      <LinkButton to="/models" size="xs" variant="default">
        {t('steps.model.action')}
      </LinkButton>
    );
  if (step === 'add')
    return (
      <LinkButton to="/keys" search={{ add: 1 }} size="xs">
        {t('steps.add.action')}
      </LinkButton>
    );
  return (
    <LinkButton to="/keys" size="xs" variant="default">
      {t(`steps.${step}.action`)}
    </LinkButton>
  );
}

/** The way from an empty vault to the first use, in four steps that tick themselves off. */
export function FirstSteps({ overview }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  const next = steps.find((step) => !isDone(step, overview));
  return (
    <section className={classes.card} aria-labelledby="first-steps">
      <header className={classes.header}>
        <h2 id="first-steps">{t('steps.title')}</h2>
        <p>{t('steps.lead')}</p>
      </header>
      <ol className={classes.steps}>
        {steps.map((step, index) => {
          const done = isDone(step, overview);
          return (
            <li key={step} className={classes.step} data-done={done} data-next={step === next}>
              <span className={classes.mark} aria-hidden>
                {done ? <Check size={15} strokeWidth={2.5} /> : index + 1}
              </span>
              <div className={classes.words}>
                <h3>
                  {t(`steps.${step}.title`)}
                  {done && <span className={classes.done}>{t('steps.done')}</span>}
                </h3>
                <p>{t(`steps.${step}.text`)}</p>
              </div>
              {step === next && <StepAction step={step} />}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

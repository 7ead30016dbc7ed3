import { Button, Collapse, TextInput } from '@mantine/core';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NAME_LENGTH_MAX } from '../../credentials/limits.ts';
import { InlineError } from '../../ui/error-state.tsx';
import type { VirtualKey } from '../virtual-key.ts';
import { BudgetFields } from './budget-fields.tsx';
import { bodyOf, type DraftProblems, hasLimits, problemsOf, type VirtualKeyDraft } from './draft.ts';
import classes from './form.module.css';
import { KeyPicker } from './key-picker.tsx';
import { LimitFields } from './limit-fields.tsx';

interface VirtualKeyFormProps {
  start: VirtualKeyDraft;
  /** What is edited; null for a new one. */
  before: VirtualKey | null;
  submitLabel: string;
  /** Sends the body; a rejection is shown in the form. */
  onSubmit: (body: ReturnType<typeof bodyOf>) => Promise<void>;
  onCancel: () => void;
}

/** The draft and its sending. */
function useVirtualKeyForm({ start, before, onSubmit }: Pick<VirtualKeyFormProps, 'start' | 'before' | 'onSubmit'>) {
  const [draft, setDraft] = useState(start);
  const [problems, setProblems] = useState<DraftProblems>({});
  const [isMoreOpen, setIsMoreOpen] = useState(() => before !== null && hasLimits(start));
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const change = (patch: Partial<VirtualKeyDraft>) => {
    setDraft((now) => ({ ...now, ...patch }));
    setProblems({});
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = problemsOf(draft, before, Date.now());
    setProblems(found);
    if (found.ip !== undefined || found.expiry === true || found.models === true) setIsMoreOpen(true);
    if (Object.keys(found).length > 0) return;
    setIsBusy(true);
    setError(null);
    try {
      await onSubmit(bodyOf(draft, before));
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  const toggleMore = () => setIsMoreOpen(!isMoreOpen);
  return { draft, problems, change, isMoreOpen, toggleMore, isBusy, error, submit };
}

/** One screen: name, keys, budget, and the limits folded away until somebody wants them. */
export function VirtualKeyForm({ start, before, submitLabel, onSubmit, onCancel }: VirtualKeyFormProps) {
  const { t } = useTranslation('virtualKeys');
  const form = useVirtualKeyForm({ start, before, onSubmit });
  const { draft, problems, change, isMoreOpen, isBusy, error, submit } = form;
  return (
    <form className={classes.form} noValidate autoComplete="off" onSubmit={(event) => void submit(event)}>
      <TextInput
        label={t('form.name')}
        description={t('form.nameHint')}
        placeholder={t('form.namePlaceholder')}
        value={draft.name}
        error={problems.name === true && t('form.nameMissing')}
        maxLength={NAME_LENGTH_MAX}
        required
        data-autofocus
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <KeyPicker
        isAll={draft.isAll}
        keyIds={draft.keyIds}
        error={problems.keys === true && t('form.keysMissing')}
        onAll={(isAll) => change({ isAll })}
        onKeys={(keyIds) => change({ keyIds })}
      />
      <BudgetFields budgets={draft.budgets} onChange={(budgets) => change({ budgets })} />
      <Button
        className={classes.add ?? ''}
        variant="subtle"
        color="gray"
        size="compact-sm"
        aria-expanded={isMoreOpen}
        leftSection={isMoreOpen ? <ChevronUp size={15} aria-hidden /> : <ChevronDown size={15} aria-hidden />}
        onClick={form.toggleMore}
      >
        {isMoreOpen ? t('form.limitsLess') : t('form.limits')}
      </Button>
      <Collapse expanded={isMoreOpen}>
        <LimitFields {...{ draft, problems, change }} />
      </Collapse>
      {error !== null && <InlineError error={error} />}
      <div className={classes.footer}>
        <Button variant="default" disabled={isBusy} onClick={onCancel}>
          {t('form.cancel')}
        </Button>
        <Button type="submit" loading={isBusy}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}

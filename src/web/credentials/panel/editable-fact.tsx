import { ActionIcon, Button } from '@mantine/core';
import { Pencil } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { InlineError } from '../../ui/error-state.tsx';
import classes from './panel.module.css';

interface EditableFactProps {
  label: string;
  /** The value as it is read; `empty` stands in when there is none. */
  children: ReactNode;
  isEditable: boolean;
  /** The form that changes it; it calls `close` when it is done or given up. */
  form: (close: () => void) => ReactNode;
}

/** One line of the details: a value, and a pencil that puts a form in its place. */
export function EditableFact({ label, children, isEditable, form }: EditableFactProps) {
  const { t } = useTranslation('credentials');
  // After a change the pencil takes the focus back, so that the keyboard does not start again at the top.
  const [state, setState] = useState<'shown' | 'editing' | 'left'>('shown');
  if (state === 'editing')
    return (
      <div className={`${classes.fact} ${classes.wideFact}`}>
        <dt>{label}</dt>
        <dd>{form(() => setState('left'))}</dd>
      </div>
    );
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd className={classes.shown}>
        <span className={classes.shownValue}>{children}</span>
        {isEditable && (
          <ActionIcon
            autoFocus={state === 'left'}
            size={28}
            aria-label={t('panel.edit', { field: label })}
            onClick={() => setState('editing')}
          >
            <Pencil size={14} aria-hidden />
          </ActionIcon>
        )}
      </dd>
    </div>
  );
}

interface FactFormProps {
  /** Saves. The form closes, unless it resolves false because something is missing; a rejection is shown. */
  onSave: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}

/** Save and cancel for the form of one value. Escape gives up without closing the panel. */
export function FactForm({ onSave, onClose, children }: FactFormProps) {
  const { t } = useTranslation('credentials');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      if ((await onSave()) !== false) return onClose();
    } catch (thrown) {
      setError(thrown);
    }
    setIsBusy(false);
  };
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      {children}
      {error !== null && <InlineError error={error} />}
      <div className={classes.buttons}>
        <Button size="compact-sm" variant="default" disabled={isBusy} onClick={onClose}>
          {t('panel.cancel')}
        </Button>
        <Button size="compact-sm" type="submit" loading={isBusy}>
          {t('panel.save')}
        </Button>
      </div>
    </form>
  );
}

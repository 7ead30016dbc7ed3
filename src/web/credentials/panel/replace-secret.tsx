import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toastDone } from '../../ui/toasts.tsx';
import { readPaste } from '../add/parse-pasted.ts';
import type { CredentialId } from '../credential.ts';
import { SecretField } from '../secret-field.tsx';
import { FactForm } from './editable-fact.tsx';
import classes from './panel.module.css';
import { useUpdateKey } from './use-update-key.ts';

/** Stores a new secret as the next version. The field is gone, with what it held, as soon as it is saved or given up. */
export function ReplaceSecret({ id, onClose }: { id: CredentialId; onClose: () => void }) {
  const { t } = useTranslation('credentials');
  const update = useUpdateKey(id);
  const field = useRef<HTMLInputElement>(null);
  const [isMissing, setIsMissing] = useState(false);
  const save = async () => {
    const secret = field.current?.value.trim() ?? '';
    setIsMissing(secret === '');
    if (secret === '') {
      field.current?.focus();
      return false;
    }
    await update({ secret });
    toastDone(t('secret.replaced'));
    return true;
  };
  return (
    <div className={`${classes.box} ${classes.padded}`}>
      <FactForm onClose={onClose} onSave={save}>
        <SecretField
          ref={field}
          label={t('secret.field')}
          description={t('secret.replaceHint')}
          error={isMissing && t('add.secretMissing')}
          onInput={() => setIsMissing(false)}
          onPaste={(event) => {
            const paste = readPaste(event.clipboardData.getData('text'));
            if (paste.kind !== 'one') return;
            event.preventDefault();
            event.currentTarget.value = paste.found.secret;
          }}
          isAutoFocused
        />
      </FactForm>
    </div>
  );
}

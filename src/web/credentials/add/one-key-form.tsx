import { Anchor, Button, Collapse, TextInput } from '@mantine/core';
import { ChevronDown, ChevronUp, ExternalLink } from 'lucide-react';
import { type FormEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { InlineError } from '../../ui/error-state.tsx';
import type { CredentialId } from '../credential.ts';
import { NAME_LENGTH_MAX } from '../limits.ts';
import { SecretField } from '../secret-field.tsx';
import classes from './add.module.css';
import { DraftTest } from './draft-test.tsx';
import { HostFields } from './host-fields.tsx';
import { MoreFields } from './more-fields.tsx';
import { ProviderPicker } from './provider-picker.tsx';
import { ProviderSuggestions } from './provider-suggestions.tsx';
import { type NewKeyOptions, useNewKey, useSaveKey } from './use-new-key.ts';

interface OneKeyFormProps extends NewKeyOptions {
  /** Takes the question whether closing would lose something. */
  onDirtyCheck: (check: () => boolean) => void;
  onCancel: () => void;
  onOpen: (id: CredentialId) => void;
}

/** Paste first, the provider suggests itself, the test runs while the person looks, then save. */
export function OneKeyForm({ onDirtyCheck, onCancel, onOpen, ...options }: OneKeyFormProps) {
  const { t } = useTranslation('credentials');
  const secret = useRef<HTMLInputElement>(null);
  const form = useNewKey(secret, options);
  const saving = useSaveKey(form, options.onClose);
  const { draft, change, provider, problems, test, recognition } = form;
  useEffect(() => {
    const field = secret.current;
    onDirtyCheck(() => field !== null && field.value !== '');
    return () => {
      if (field !== null) field.value = '';
    };
  }, [onDirtyCheck]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void saving.save();
  };
  const problem = (field: keyof typeof problems) => {
    const found = problems[field];
    return found !== undefined && t(`add.${found}`);
  };
  const isUrlAlwaysShown = provider !== undefined && provider.baseUrl === null;

  return (
    <form className={classes.form} noValidate autoComplete="off" onSubmit={submit}>
      <SecretField
        ref={secret}
        label={t('add.secret')}
        description={t('add.secretHint')}
        error={problem('secret')}
        onInput={recognition.typed}
        onPaste={recognition.pasted}
        isAutoFocused
      />
      <ProviderSuggestions
        guess={recognition.guess}
        chosenId={draft.providerId}
        givenId={options.providerId}
        onChoose={form.chooseProvider}
      />
      <div>
        <ProviderPicker value={draft.providerId} onChange={form.chooseProvider} error={problem('provider')} />
        {provider?.consoleUrl != null && (
          <Anchor
            className={classes.console ?? ''}
            href={provider.consoleUrl}
            target="_blank"
            rel="noreferrer"
            size="xs"
          >
            {t('add.getKey')} <ExternalLink size={11} aria-hidden />
          </Anchor>
        )}
      </div>
      {isUrlAlwaysShown && <HostFields {...{ draft, change, provider }} error={problem('baseUrl')} />}
      <DraftTest form={form} onOpen={onOpen} />
      <TextInput
        label={t('add.name')}
        value={draft.name}
        error={problem('name')}
        maxLength={NAME_LENGTH_MAX}
        required
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <Button
        className={classes.moreToggle ?? ''}
        variant="subtle"
        color="gray"
        size="compact-sm"
        aria-expanded={form.isMoreOpen}
        leftSection={form.isMoreOpen ? <ChevronUp size={15} aria-hidden /> : <ChevronDown size={15} aria-hidden />}
        onClick={form.toggleMore}
      >
        {form.isMoreOpen ? t('add.less') : t('add.more')}
      </Button>
      <Collapse expanded={form.isMoreOpen}>
        <div className={classes.form}>
          {provider !== undefined && !isUrlAlwaysShown && (
            <HostFields {...{ draft, change, provider }} error={problem('baseUrl')} />
          )}
          <MoreFields {...{ draft, change }} expiryError={problem('expiry')} />
        </div>
      </Collapse>
      {saving.error !== null && <InlineError error={saving.error} />}
      <div className={classes.footer}>
        <Button variant="subtle" color="gray" onClick={() => options.onSeveral([])}>
          {t('add.several')}
        </Button>
        <span className={classes.spacer} />
        <Button variant="default" onClick={onCancel}>
          {t('add.cancel')}
        </Button>
        <Button type="submit" loading={saving.isSaving}>
          {saveWords(test.state.kind === 'done' ? test.state.test.status : test.state.kind, t)}
        </Button>
      </div>
    </form>
  );
}

/** The button says what saving means after this test. */
function saveWords(outcome: string, t: ReturnType<typeof useTranslation<'credentials'>>['t']): string {
  if (outcome === 'valid' || outcome === 'running') return t('add.save');
  if (outcome === 'idle') return t('add.save');
  return t('add.saveAnyway');
}

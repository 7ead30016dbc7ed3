import { NumberInput, Select, Textarea } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { type CredentialId, isCredentialId, may } from '../credentials/credential.ts';
import { useProviders } from '../credentials/key-queries.ts';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { usePoolKeys } from '../virtual-keys/pool-keys.ts';
import { ModelField } from './model-field.tsx';
import classes from './playground.module.css';

const ALL = 'all';
const SYSTEM_LENGTH_MAX = 100_000;
const MAX_TOKENS_MAX = 1_000_000;
const TEMPERATURE_MAX = 2;

/** What a person sets beside the conversation. Empty numbers are the model's own. */
export interface PlaygroundSettings {
  system: string;
  temperature: number | string;
  maxTokens: number | string;
}

interface SettingsCardProps {
  keyId: CredentialId | null;
  model: string;
  providerIds: readonly string[];
  isModelMissing: boolean;
  modelField: Ref<HTMLInputElement>;
  settings: PlaygroundSettings;
  onKey: (keyId: CredentialId | null) => void;
  onModel: (model: string) => void;
  onChange: (patch: Partial<PlaygroundSettings>) => void;
}

/** Key, model, system prompt and the few numbers that matter. */
export function SettingsCard({
  keyId,
  model,
  providerIds,
  isModelMissing,
  modelField,
  settings,
  ...on
}: SettingsCardProps) {
  const { t } = useTranslation('playground');
  return (
    <section className={classes.settings} aria-label={t('settings.title')}>
      <KeyField keyId={keyId} onKey={on.onKey} />
      <ModelField
        value={model}
        providerIds={providerIds}
        isAll={keyId === null}
        isMissing={isModelMissing}
        ref={modelField}
        onChange={on.onModel}
      />
      <Textarea
        label={t('settings.system')}
        placeholder={t('settings.systemPlaceholder')}
        value={settings.system}
        maxLength={SYSTEM_LENGTH_MAX}
        autosize
        minRows={2}
        maxRows={8}
        onChange={(event) => on.onChange({ system: event.currentTarget.value })}
      />
      <div className={classes.numbers}>
        <NumberInput
          label={t('settings.temperature')}
          description={t('settings.temperatureHint')}
          value={settings.temperature}
          min={0}
          max={TEMPERATURE_MAX}
          step={0.1}
          decimalScale={2}
          allowNegative={false}
          onChange={(temperature) => on.onChange({ temperature })}
        />
        <NumberInput
          label={t('settings.maxTokens')}
          description={t('settings.maxTokensHint')}
          value={settings.maxTokens}
          min={1}
          max={MAX_TOKENS_MAX}
          step={256}
          allowDecimal={false}
          allowNegative={false}
          onChange={(maxTokens) => on.onChange({ maxTokens })}
        />
      </div>
    </section>
  );
}

function KeyField({ keyId, onKey }: { keyId: CredentialId | null; onKey: (keyId: CredentialId | null) => void }) {
  const { t } = useTranslation('playground');
  const { nameOf } = useProviders();
  const { items, find } = usePoolKeys();
  const usable = items.filter((credential) => may(credential, 'use'));
  const chosen = keyId === null ? undefined : find(keyId);
  return (
    <Select
      label={t('settings.key')}
      {...(keyId === null ? { description: t('settings.allKeysHint') } : {})}
      value={keyId ?? ALL}
      allowDeselect={false}
      searchable={usable.length > 8}
      data={[
        { value: ALL, label: t('settings.allKeys') },
        ...usable.map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
      leftSection={
        chosen === undefined ? null : (
          <ProviderMark providerId={chosen.provider} name={nameOf(chosen.provider)} size={16} />
        )
      }
      renderOption={({ option }) => {
        const credential = isCredentialId(option.value) ? find(option.value) : undefined;
        return (
          <span className={classes.option}>
            {credential !== undefined && (
              <ProviderMark providerId={credential.provider} name={nameOf(credential.provider)} size={16} />
            )}
            <span className={classes.optionName}>{option.label}</span>
          </span>
        );
      }}
      onChange={(value) =>
        onKey(isCredentialId(value ?? undefined) ? (items.find(({ id }) => id === value)?.id ?? null) : null)
      }
    />
  );
}

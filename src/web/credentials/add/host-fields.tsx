import { Checkbox, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dialect } from '../../../contract/vocabulary.ts';
import type { ProviderSummary } from '../credential.ts';
import { URL_LENGTH_MAX } from '../limits.ts';
import classes from './add.module.css';
import type { Draft } from './draft.ts';

interface HostFieldsProps {
  draft: Draft;
  change: (patch: Partial<Draft>) => void;
  provider: ProviderSummary;
  error: ReactNode;
}

/** The address of the key: needed for resources and custom hosts, optional where the provider has its own. */
export function HostFields({ draft, change, provider, error }: HostFieldsProps) {
  const { t } = useTranslation('credentials');
  const isCustom = provider.id === 'custom';
  const hint = isCustom
    ? 'add.baseUrlCustom'
    : provider.baseUrl === null
      ? 'add.baseUrlResource'
      : 'add.baseUrlOptional';
  return (
    <>
      <TextInput
        type="url"
        label={t('add.baseUrl')}
        description={t(hint)}
        placeholder={provider.baseUrl ?? provider.baseUrlExample ?? 'https://'}
        value={draft.baseUrl}
        error={error}
        required={provider.baseUrl === null}
        maxLength={URL_LENGTH_MAX}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => change({ baseUrl: event.currentTarget.value.trim() })}
      />
      {isCustom && <DialectFields {...{ draft, change, provider }} />}
    </>
  );
}

/** Which formats a custom host speaks. The first lives at the base URL; each other may have an address of its own. */
function DialectFields({ draft, change, provider }: Omit<HostFieldsProps, 'error'>) {
  const { t } = useTranslation('credentials');
  const [main, ...others] = provider.dialects;
  const set = (dialect: Dialect, url: string | undefined) => {
    const { [dialect]: _, ...rest } = draft.baseUrls;
    change({ baseUrls: url === undefined ? rest : { ...rest, [dialect]: url } });
  };
  if (main === undefined) return null;
  return (
    <fieldset className={classes.dialects}>
      <legend>{t('add.dialects')}</legend>
      <Checkbox size="xs" checked readOnly disabled label={t(`add.dialect.${main}`)} />
      {others.map((dialect) => {
        const url = draft.baseUrls[dialect];
        return (
          <div key={dialect} className={classes.dialect}>
            <Checkbox
              size="xs"
              checked={url !== undefined}
              label={t(`add.dialect.${dialect}`)}
              onChange={(event) =>
                set(dialect, event.currentTarget.checked ? rootFor(dialect, draft.baseUrl) : undefined)
              }
            />
            {url !== undefined && (
              <TextInput
                size="xs"
                type="url"
                aria-label={t('panel.addressDialect', { dialect: t(`add.dialect.${dialect}`) })}
                value={url}
                placeholder="https://"
                maxLength={URL_LENGTH_MAX}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => set(dialect, event.currentTarget.value.trim())}
              />
            )}
          </div>
        );
      })}
    </fieldset>
  );
}

/** The version is part of the path in these two formats, so it does not stand in their base URL. */
function rootFor(dialect: Dialect, baseUrl: string): string {
  const isVersioned = dialect === 'anthropic-messages' || dialect === 'gemini';
  return isVersioned ? baseUrl.replace(/\/v1\/?$/, '') : baseUrl;
}

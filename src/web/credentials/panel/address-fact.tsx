import { TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../contract/client.ts';
import type { Dialect } from '../../../contract/vocabulary.ts';
import { isHttpAddress, sameHost } from '../address.ts';
import type { Credential } from '../credential.ts';
import { useProviders } from '../key-queries.ts';
import { URL_LENGTH_MAX } from '../limits.ts';
import { SecretField } from '../secret-field.tsx';
import { EditableFact, FactForm } from './editable-fact.tsx';
import classes from './panel.module.css';
import { type CredentialChange, useUpdateKey } from './use-update-key.ts';

interface AddressProps {
  credential: Credential;
  isEditable: boolean;
}

/** Where the key is sent: the provider's own hosts, or those that replace them. */
export function AddressFact({ credential, isEditable }: AddressProps) {
  const { t } = useTranslation('credentials');
  const { find } = useProviders();
  const own = find(credential.provider)?.baseUrl ?? null;
  const others = Object.values(credential.baseUrls);
  return (
    <EditableFact
      label={t('panel.address')}
      isEditable={isEditable}
      form={(close) => <AddressForm credential={credential} onClose={close} />}
    >
      <span className={credential.baseUrl === null ? classes.empty : ''}>
        {credential.baseUrl ?? own ?? t('panel.addressDefault')}
      </span>
      {others.map((url) => (
        <div key={url}>{url}</div>
      ))}
    </EditableFact>
  );
}

type Addresses = Readonly<Partial<Record<Dialect | 'main', string>>>;

/**
 * The fields for the hosts. A secret never travels to a new host by itself, so the field for it appears as soon as the
 * host differs, or when the server asks for it.
 */
function AddressForm({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const { t } = useTranslation('credentials');
  const { find } = useProviders();
  const provider = find(credential.provider);
  const update = useUpdateKey(credential.id);
  const secret = useRef<HTMLInputElement>(null);
  const [addresses, setAddresses] = useState<Addresses>({ main: credential.baseUrl ?? '', ...credential.baseUrls });
  const [isSecretAsked, setIsSecretAsked] = useState(false);
  const set = (name: Dialect | 'main', value: string) =>
    setAddresses((before) => ({ ...before, [name]: value.trim() }));

  const otherDialects = provider?.dialects.slice(1) ?? [];
  const current = credential.baseUrl ?? provider?.baseUrl ?? '';
  const isNewHost =
    !sameHost(addresses.main || (provider?.baseUrl ?? ''), current) ||
    otherDialects.some((dialect) => !sameHost(addresses[dialect] ?? '', credential.baseUrls[dialect] ?? ''));
  const wrong = (value: string | undefined) =>
    value !== undefined && value !== '' && !isHttpAddress(value) && t('add.baseUrlWrong');

  const save = async () => {
    const baseUrls = Object.fromEntries(
      otherDialects.flatMap((dialect) => (addresses[dialect] ? [[dialect, addresses[dialect]] as const] : [])),
    );
    const typed = secret.current?.value.trim() ?? '';
    const change: CredentialChange = {
      baseUrl: addresses.main || null,
      baseUrls,
      ...(typed === '' ? {} : { secret: typed }),
    };
    await update(change).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'secret_needed') setIsSecretAsked(true);
      throw error;
    });
  };

  return (
    <FactForm onClose={onClose} onSave={save}>
      <TextInput
        aria-label={t('panel.address')}
        description={t('panel.addressHint')}
        placeholder={provider?.baseUrl ?? provider?.baseUrlExample ?? 'https://'}
        value={addresses.main ?? ''}
        error={wrong(addresses.main)}
        maxLength={URL_LENGTH_MAX}
        spellCheck={false}
        autoFocus
        onChange={(event) => set('main', event.currentTarget.value)}
      />
      {otherDialects.map((dialect) => (
        <TextInput
          key={dialect}
          label={t('panel.addressDialect', { dialect: t(`add.dialect.${dialect}`) })}
          value={addresses[dialect] ?? ''}
          error={wrong(addresses[dialect])}
          maxLength={URL_LENGTH_MAX}
          spellCheck={false}
          onChange={(event) => set(dialect, event.currentTarget.value)}
        />
      ))}
      {(isNewHost || isSecretAsked) && (
        <SecretField ref={secret} label={t('panel.secretAgain')} description={t('panel.secretAgainHint')} />
      )}
    </FactForm>
  );
}

import { Checkbox, SegmentedControl, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Credential, type CredentialId, may } from '../../credentials/credential.ts';
import { useProviders } from '../../credentials/key-queries.ts';
import { ProviderMark } from '../../providers/provider-mark.tsx';
import { InlineError } from '../../ui/error-state.tsx';
import { usePoolKeys } from '../pool-keys.ts';
import classes from './form.module.css';

/** From here on a search stands above the list. */
const SEARCH_FROM = 7;

interface KeyPickerProps {
  isAll: boolean;
  keyIds: readonly CredentialId[];
  error: ReactNode;
  onAll: (isAll: boolean) => void;
  onKeys: (keyIds: CredentialId[]) => void;
}

/** All keys, or some chosen by name with the marks of their providers. */
export function KeyPicker({ isAll, keyIds, error, onAll, onKeys }: KeyPickerProps) {
  const { t } = useTranslation('virtualKeys');
  return (
    <fieldset className={classes.group}>
      <legend>{t('form.keys')}</legend>
      <SegmentedControl
        fullWidth
        aria-label={t('form.keys')}
        value={isAll ? 'all' : 'chosen'}
        data={[
          { value: 'all', label: t('form.keysAll') },
          { value: 'chosen', label: t('form.keysChosen') },
        ]}
        onChange={(value) => onAll(value === 'all')}
      />
      {isAll ? <p className={classes.hint}>{t('form.keysAllHint')}</p> : <KeyChoices {...{ keyIds, onKeys }} />}
      {error !== undefined && error !== false && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function KeyChoices({ keyIds, onKeys }: Pick<KeyPickerProps, 'keyIds' | 'onKeys'>) {
  const { t } = useTranslation('virtualKeys');
  const { nameOf } = useProviders();
  const { items, error } = usePoolKeys();
  const [typed, setTyped] = useState('');
  const usable = items.filter((credential) => may(credential, 'use'));
  const wanted = typed.trim().toLowerCase();
  const isMatch = ({ name, provider, tags }: Credential) =>
    `${name} ${provider} ${nameOf(provider)} ${tags.join(' ')}`.toLowerCase().includes(wanted);
  const found = usable.filter(isMatch);
  const toggle = (id: CredentialId) =>
    onKeys(keyIds.includes(id) ? keyIds.filter((other) => other !== id) : [...keyIds, id]);
  if (error !== null) return <InlineError error={error} />;
  return (
    <div className={classes.picker}>
      {usable.length >= SEARCH_FROM && (
        <div className={classes.pickerSearch}>
          <TextInput
            size="xs"
            type="search"
            aria-label={t('form.keysSearch')}
            placeholder={t('form.keysSearch')}
            leftSection={<Search size={13} aria-hidden />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
      )}
      <ul className={classes.pickerList} aria-label={t('form.keysList')}>
        {found.map((credential) => (
          <li key={credential.id}>
            <Checkbox
              size="xs"
              classNames={{
                root: classes.pickerItem ?? '',
                body: classes.pickerBody ?? '',
                labelWrapper: classes.pickerWords ?? '',
              }}
              checked={keyIds.includes(credential.id)}
              onChange={() => toggle(credential.id)}
              label={
                <span className={classes.pickerLabel}>
                  <ProviderMark providerId={credential.provider} name={nameOf(credential.provider)} size={18} />
                  <span className={classes.pickerName}>{credential.name}</span>
                  <span className={classes.pickerProvider}>{nameOf(credential.provider)}</span>
                </span>
              }
            />
          </li>
        ))}
        {found.length === 0 && <li className={classes.pickerNone}>{t('form.keysNone')}</li>}
      </ul>
    </div>
  );
}

import { NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useProviders } from '../../credentials/key-queries.ts';
import { ProviderMark } from '../../providers/provider-mark.tsx';
import { usePoolKeys } from '../pool-keys.ts';
import { DEFAULT_SHARE, type Share, type VirtualKeyDraft } from './draft.ts';
import classes from './form.module.css';

const PRIORITY_MAX = 100;
const WEIGHT_MAX = 1000;

interface RoutingFieldsProps {
  draft: VirtualKeyDraft;
  change: (patch: Partial<VirtualKeyDraft>) => void;
}

/** In which order the chosen keys are used, and how they share the work. */
export function RoutingFields({ draft, change }: RoutingFieldsProps) {
  const { t } = useTranslation('virtualKeys');
  const { find } = usePoolKeys();
  const { nameOf } = useProviders();
  const set = (keyId: string, patch: Partial<Share>) => {
    const share = draft.shares[keyId] ?? DEFAULT_SHARE;
    change({ shares: { ...draft.shares, [keyId]: { ...share, ...patch } } });
  };
  return (
    <fieldset className={classes.group}>
      <legend>{t('form.routing')}</legend>
      <table className={classes.routing}>
        <thead>
          <tr>
            <th scope="col">{t('column.keys')}</th>
            <th scope="col">{t('form.priority')}</th>
            <th scope="col">{t('form.weight')}</th>
          </tr>
        </thead>
        <tbody>
          {draft.keyIds.map((keyId) => {
            const credential = find(keyId);
            const name = credential?.name ?? keyId;
            const share = draft.shares[keyId] ?? DEFAULT_SHARE;
            return (
              <tr key={keyId}>
                <th scope="row">
                  <span className={classes.routingName}>
                    {credential !== undefined && (
                      <ProviderMark providerId={credential.provider} name={nameOf(credential.provider)} size={16} />
                    )}
                    <span className={classes.pickerName}>{name}</span>
                  </span>
                </th>
                {(['priority', 'weight'] as const).map((field) => (
                  <td key={field}>
                    <NumberInput
                      size="xs"
                      aria-label={t(`form.${field}Of`, { name })}
                      value={share[field]}
                      min={1}
                      max={field === 'priority' ? PRIORITY_MAX : WEIGHT_MAX}
                      clampBehavior="strict"
                      allowDecimal={false}
                      allowNegative={false}
                      onChange={(value) => set(keyId, { [field]: typeof value === 'number' ? value : 1 })}
                    />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className={classes.hint}>{t('form.routingHint')}</p>
    </fieldset>
  );
}

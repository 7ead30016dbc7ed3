import { NumberInput, SegmentedControl, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { disconnectPolicies } from '../../../contract/vocabulary.ts';
import { dayOf } from '../../credentials/credential.ts';
import { useKeyFacets } from '../../credentials/key-queries.ts';
import { NOTE_LENGTH_MAX, TAG_LENGTH_MAX, TAGS_MAX } from '../../credentials/limits.ts';
import { useNow } from '../../credentials/use-now.ts';
import { usePoolKeys } from '../pool-keys.ts';
import { providersOf, useUsableModels } from '../usable-models.ts';
import { type DraftProblems, MODEL_LENGTH_MAX, type VirtualKeyDraft } from './draft.ts';
import classes from './form.module.css';
import { RoutingFields } from './routing-fields.tsx';

const MODELS_MAX = 500;
const IPS_MAX = 100;
const RPM_MAX = 1_000_000;
const TPM_MAX = 1_000_000_000;
const CONCURRENT_MAX = 100_000;

interface LimitFieldsProps {
  draft: VirtualKeyDraft;
  problems: DraftProblems;
  change: (patch: Partial<VirtualKeyDraft>) => void;
}

/** Everything beyond name, keys and budget: what most people leave alone. */
export function LimitFields({ draft, problems, change }: LimitFieldsProps) {
  const { t } = useTranslation('virtualKeys');
  const now = useNow();
  const known = useKeyFacets().data?.tags.map(({ tag }) => tag) ?? [];
  return (
    <div className={classes.more}>
      <ModelsField {...{ draft, problems, change }} />
      <Rates {...{ draft, change }} />
      <TagsInput
        label={t('form.ips')}
        description={t('form.ipsHint')}
        placeholder={draft.ips.length === 0 ? t('form.ipsPlaceholder') : ''}
        value={draft.ips}
        maxTags={IPS_MAX}
        splitChars={[',', ' ', ';']}
        error={problems.ip !== undefined && t('form.ipWrong', { value: problems.ip })}
        onChange={(ips) => change({ ips: ips.map((ip) => ip.trim()).filter((ip) => ip !== '') })}
      />
      <div className={classes.two}>
        <TextInput
          type="date"
          label={t('form.expiry')}
          value={draft.expiryDay}
          error={problems.expiry === true && t('form.expiryWrong')}
          min={dayOf(new Date(now).toISOString())}
          max="9998-12-31"
          onChange={(event) => change({ expiryDay: event.currentTarget.value })}
        />
        <TagsInput
          label={t('form.tags')}
          placeholder={draft.tags.length === 0 ? t('form.tagsHint') : ''}
          data={known}
          value={draft.tags}
          maxTags={TAGS_MAX}
          onChange={(tags) => change({ tags: tags.map((tag) => tag.slice(0, TAG_LENGTH_MAX)) })}
        />
      </div>
      <Switch
        label={t('form.unpriced')}
        description={t('form.unpricedHint')}
        checked={draft.blockUnpriced}
        onChange={(event) => change({ blockUnpriced: event.currentTarget.checked })}
      />
      <fieldset className={classes.group}>
        <legend>{t('form.disconnect')}</legend>
        <SegmentedControl
          aria-label={t('form.disconnect')}
          value={draft.onDisconnect}
          data={disconnectPolicies.map((value) => ({ value, label: t(`form.${value}`) }))}
          onChange={(value) => change({ onDisconnect: value === 'abort' ? 'abort' : 'drain' })}
        />
        <p className={classes.hint}>{t('form.disconnectHint')}</p>
      </fieldset>
      {!draft.isAll && draft.keyIds.length > 1 && <RoutingFields {...{ draft, change }} />}
      <Textarea
        label={t('form.note')}
        value={draft.note}
        maxLength={NOTE_LENGTH_MAX}
        autosize
        minRows={2}
        maxRows={6}
        onChange={(event) => change({ note: event.currentTarget.value })}
      />
    </div>
  );
}

function Rates({ draft, change }: Pick<LimitFieldsProps, 'draft' | 'change'>) {
  const { t } = useTranslation('virtualKeys');
  return (
    <div className={classes.three}>
      <Limit label={t('form.rpm')} max={RPM_MAX} value={draft.rpm} onChange={(rpm) => change({ rpm })} />
      <Limit label={t('form.tpm')} max={TPM_MAX} value={draft.tpm} onChange={(tpm) => change({ tpm })} />
      <Limit
        label={t('form.maxConcurrent')}
        max={CONCURRENT_MAX}
        value={draft.maxConcurrent}
        onChange={(maxConcurrent) => change({ maxConcurrent })}
      />
    </div>
  );
}

interface LimitProps {
  label: string;
  max: number;
  value: number | string;
  onChange: (value: number | string) => void;
}

function Limit({ label, max, value, onChange }: LimitProps) {
  const { t } = useTranslation('virtualKeys');
  return (
    <NumberInput
      label={label}
      placeholder={t('form.noLimit')}
      value={value}
      min={1}
      max={max}
      allowDecimal={false}
      allowNegative={false}
      thousandSeparator=","
      hideControls
      onChange={onChange}
    />
  );
}

/** Models by name, completed from those that the chosen keys offer; patterns may end in `*`. */
function ModelsField({ draft, problems, change }: LimitFieldsProps) {
  const { t } = useTranslation('virtualKeys');
  const [typed, setTyped] = useState('');
  const { items } = usePoolKeys();
  const chosen = draft.isAll ? items : items.filter(({ id }) => draft.keyIds.includes(id));
  const { models } = useUsableModels(providersOf(chosen), typed);
  return (
    <TagsInput
      label={t('form.models')}
      description={t('form.modelsHint')}
      placeholder={draft.models.length === 0 ? t('form.modelsPlaceholder') : ''}
      error={problems.models === true && t('form.modelLong')}
      data={[...new Set(models.map(({ id }) => id))]}
      limit={30}
      value={draft.models}
      maxTags={MODELS_MAX}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(next) => change({ models: next.map((model) => model.trim().slice(0, MODEL_LENGTH_MAX + 1)) })}
    />
  );
}

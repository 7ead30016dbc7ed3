import { NumberInput, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dayOf } from '../credential.ts';
import { useKeyFacets } from '../key-queries.ts';
import { BUDGET_USD_MAX, NOTE_LENGTH_MAX, TAG_LENGTH_MAX, TAGS_MAX } from '../limits.ts';
import { useNow } from '../use-now.ts';
import classes from './add.module.css';
import type { Draft } from './draft.ts';

interface MoreFieldsProps {
  draft: Draft;
  change: (patch: Partial<Draft>) => void;
  expiryError: ReactNode;
}

export function MoreFields({ draft, change, expiryError }: MoreFieldsProps) {
  const { t } = useTranslation('credentials');
  const now = useNow();
  const known = useKeyFacets().data?.tags.map(({ tag }) => tag) ?? [];
  return (
    <>
      <TagsInput
        label={t('panel.tags')}
        description={t('panel.tagsHint')}
        data={known}
        value={draft.tags}
        maxTags={TAGS_MAX}
        onChange={(tags) => change({ tags: tags.map((tag) => tag.slice(0, TAG_LENGTH_MAX)) })}
      />
      <Textarea
        label={t('panel.note')}
        value={draft.note}
        maxLength={NOTE_LENGTH_MAX}
        autosize
        minRows={2}
        maxRows={6}
        onChange={(event) => change({ note: event.currentTarget.value })}
      />
      <div className={classes.pair}>
        <TextInput
          type="date"
          label={t('panel.expiry')}
          value={draft.expiryDay}
          error={expiryError}
          min={dayOf(new Date(now).toISOString())}
          max="9998-12-31"
          onChange={(event) => change({ expiryDay: event.currentTarget.value })}
        />
        <NumberInput
          label={t('panel.budget')}
          placeholder={t('panel.budgetHint')}
          value={draft.monthlyBudgetUsd}
          min={0}
          max={BUDGET_USD_MAX}
          decimalScale={2}
          prefix="$"
          thousandSeparator=","
          hideControls
          onChange={(monthlyBudgetUsd) => change({ monthlyBudgetUsd })}
        />
      </div>
    </>
  );
}

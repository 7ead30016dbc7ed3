import { NumberInput, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Credential, dayOf, endOfDay } from '../credential.ts';
import { useKeyFacets } from '../key-queries.ts';
import { BUDGET_USD_MAX, NAME_LENGTH_MAX, NOTE_LENGTH_MAX, TAG_LENGTH_MAX, TAGS_MAX } from '../limits.ts';
import { FactForm } from './editable-fact.tsx';
import { useUpdateKey } from './use-update-key.ts';

interface FormProps {
  credential: Credential;
  onClose: () => void;
}

export function NameForm({ credential, onClose }: FormProps) {
  const { t } = useTranslation('credentials');
  const update = useUpdateKey(credential.id);
  const [name, setName] = useState(credential.name);
  const isMissing = name.trim() === '';
  return (
    <FactForm onClose={onClose} onSave={async () => (isMissing ? false : update({ name: name.trim() }))}>
      <TextInput
        aria-label={t('panel.name')}
        value={name}
        maxLength={NAME_LENGTH_MAX}
        error={isMissing && t('add.nameMissing')}
        autoFocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FactForm>
  );
}

export function NoteForm({ credential, onClose }: FormProps) {
  const { t } = useTranslation('credentials');
  const update = useUpdateKey(credential.id);
  const [note, setNote] = useState(credential.note);
  return (
    <FactForm onClose={onClose} onSave={() => update({ note })}>
      <Textarea
        aria-label={t('panel.note')}
        value={note}
        maxLength={NOTE_LENGTH_MAX}
        autosize
        minRows={2}
        maxRows={10}
        autoFocus
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FactForm>
  );
}

export function TagsForm({ credential, onClose }: FormProps) {
  const { t } = useTranslation('credentials');
  const update = useUpdateKey(credential.id);
  const [tags, setTags] = useState(credential.tags);
  const known = useKeyFacets().data?.tags.map(({ tag }) => tag) ?? [];
  return (
    <FactForm onClose={onClose} onSave={() => update({ tags })}>
      <TagsInput
        aria-label={t('panel.tags')}
        description={t('panel.tagsHint')}
        data={known}
        value={tags}
        maxTags={TAGS_MAX}
        autoFocus
        onChange={(next) => setTags(next.map((tag) => tag.slice(0, TAG_LENGTH_MAX)))}
      />
    </FactForm>
  );
}

export function ExpiryForm({ credential, onClose }: FormProps) {
  const { t } = useTranslation('credentials');
  const update = useUpdateKey(credential.id);
  const [day, setDay] = useState(credential.expiresAt === null ? '' : dayOf(credential.expiresAt));
  return (
    <FactForm onClose={onClose} onSave={() => update({ expiresAt: day === '' ? null : endOfDay(day) })}>
      <TextInput
        type="date"
        aria-label={t('panel.expiry')}
        value={day}
        max="9998-12-31"
        autoFocus
        onChange={(event) => setDay(event.currentTarget.value)}
      />
    </FactForm>
  );
}

export function BudgetForm({ credential, onClose }: FormProps) {
  const { t } = useTranslation('credentials');
  const update = useUpdateKey(credential.id);
  const [budget, setBudget] = useState<number | string>(credential.monthlyBudgetUsd ?? '');
  return (
    <FactForm onClose={onClose} onSave={() => update({ monthlyBudgetUsd: typeof budget === 'number' ? budget : null })}>
      <NumberInput
        aria-label={t('panel.budget')}
        description={t('panel.budgetHint')}
        value={budget}
        min={0}
        max={BUDGET_USD_MAX}
        decimalScale={2}
        prefix="$"
        thousandSeparator=","
        hideControls
        autoFocus
        onChange={setBudget}
      />
    </FactForm>
  );
}

import { Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GrantLevel } from '../../../contract/permissions.ts';
import { grantSubjects } from '../../../contract/vocabulary.ts';
import { useGroups } from '../../team/groups/group-queries.ts';
import { useEveryMember } from '../../team/members/member-queries.ts';
import { usePrograms } from '../../team/programs/program.ts';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import type { CredentialId } from '../credential.ts';
import own from './access.module.css';
import { type Grant, givableLevels, type Subject, useSetGrant } from './access-grants.ts';
import { FactForm } from './editable-fact.tsx';
import classes from './panel.module.css';

interface AccessFormProps {
  credentialId: CredentialId;
  grants: readonly Grant[];
  levelMax: GrantLevel;
  onClose: () => void;
}

interface Choice {
  value: string;
  label: string;
}

interface ChoiceGroup {
  group: string;
  items: Choice[];
}

/** Reads back what `choiceOf` wrote. */
function parseSubject(value: string): Subject | null {
  const [kind = '', id = ''] = value.split(':');
  const known = grantSubjects.find((each) => each === kind);
  if (known === undefined) return null;
  return known === 'everyone' ? { kind: known } : { kind: known, id };
}

const choiceOf = (kind: Grant['kind'], id: string | null): string => `${kind}:${id ?? ''}`;

/** Everybody who has no level on the key yet: all at once, people, groups, programs. */
function useSubjects(grants: readonly Grant[]): { choices: (Choice | ChoiceGroup)[]; error: Error | null } {
  const { t } = useTranslation('grants');
  const members = useEveryMember();
  const groups = useGroups();
  const programs = usePrograms();
  const taken = new Set(grants.map(({ kind, id }) => choiceOf(kind, id)));
  const free = (choices: Choice[]) => choices.filter(({ value }) => !taken.has(value));
  // Who sees every key by their role and can never do more is not asked about.
  const people = members.data?.filter(({ role }) => role !== 'viewer' && role !== 'owner') ?? [];
  const sets: ChoiceGroup[] = [
    { group: t('kind.everyone'), items: [{ value: choiceOf('everyone', null), label: t('everyone') }] },
    {
      group: t('add.people'),
      items: people.map(({ userId, name, email }) => ({
        value: choiceOf('user', userId),
        label: email === null ? name : `${name} (${email})`,
      })),
    },
    {
      group: t('add.groups'),
      items: (groups.data?.items ?? []).map(({ id, name }) => ({ value: choiceOf('group', id), label: name })),
    },
    {
      group: t('add.programs'),
      items: (programs.data?.pages.flatMap((page) => page.items) ?? []).map(({ id, name }) => ({
        value: choiceOf('serviceAccount', id),
        label: name,
      })),
    },
  ];
  return {
    choices: sets.map(({ group, items }) => ({ group, items: free(items) })).filter(({ items }) => items.length > 0),
    error: members.error ?? groups.error ?? programs.error,
  };
}

/** Gives one subject a level. What each level means stands beside its name. */
export function AccessForm({ credentialId, grants, levelMax, onClose }: AccessFormProps) {
  const { t } = useTranslation('grants');
  const setGrant = useSetGrant(credentialId);
  const { choices, error } = useSubjects(grants);
  const [chosen, setChosen] = useState<string | null>(null);
  const [level, setLevel] = useState<GrantLevel>('use');
  const [isTried, setIsTried] = useState(false);
  const subject = chosen === null ? null : parseSubject(chosen);
  const levels = givableLevels(levelMax, subject?.kind);
  const given = levels.includes(level) ? level : 'use';
  const save = async () => {
    setIsTried(true);
    if (subject === null) return false;
    await setGrant(subject, given);
    toastDone(t('given'));
    return true;
  };
  return (
    <div className={`${classes.box} ${classes.padded}`}>
      <FactForm onClose={onClose} onSave={save}>
        <Select
          label={t('add.whom')}
          placeholder={t('add.choose')}
          data={choices}
          value={chosen}
          searchable
          disabled={choices.length === 0}
          nothingFoundMessage={t('add.nothingFound')}
          error={isTried && subject === null && t('add.missing')}
          autoFocus
          onChange={setChosen}
        />
        <fieldset className={own.levels}>
          <legend>{t('add.level')}</legend>
          {levels.map((each) => (
            <label key={each} className={own.choice}>
              <input type="radio" name="level" checked={each === given} onChange={() => setLevel(each)} />
              <span>
                <strong>{t(`level.${each}`)}</strong>
                <small>{t(`levelHint.${each}`)}</small>
              </span>
            </label>
          ))}
        </fieldset>
        {error !== null && <InlineError error={error} />}
      </FactForm>
    </div>
  );
}

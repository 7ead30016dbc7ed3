import { SegmentedControl, Select, Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationRequest } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { useAllowed } from '../../accounts/use-allowed.ts';
import { api, read } from '../../api.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import { toastDone, toastError } from '../../ui/toasts.tsx';
import { useRefreshWorkspace, type Workspace } from '../../workspaces/workspace-queries.ts';
import { Card } from './card.tsx';
import classes from './policy.module.css';

type Policy = Workspace['policy'];
type PolicyChange = NonNullable<OperationRequest<Operations['PUT /api/workspace/policy']>['body']>;

const floors = ['none', 'see', 'use'] as const;
/** What is about access comes first, then who gets in, then the rest. */
const switches = ['adminsMayCopy', 'confirmsMembers', 'requiresTwoFactor', 'allowsShareLinks'] as const;
const CHECK_HOURS = [0, 6, 12, 24, 168, 720] as const;

/** The rules of the workspace. Who may not change them reads them. A personal one has those that are not about others. */
export function PolicyCard({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('workspaces');
  const queryClient = useQueryClient();
  const refresh = useRefreshWorkspace();
  const mayEdit = useAllowed('workspace:edit');
  const [isBusy, setIsBusy] = useState(false);
  const { policy, kind } = workspace;
  const isTeam = kind === 'team';
  const change = async (body: PolicyChange) => {
    setIsBusy(true);
    try {
      const changed = await withFreshSignIn(() => api('PUT /api/workspace/policy', { body }));
      queryClient.setQueryData(read('GET /api/workspace').queryKey, changed);
      toastDone(t('policy.saved'));
      await refresh();
    } catch (error) {
      toastError(error);
    } finally {
      setIsBusy(false);
    }
  };
  const shown = switches.filter((name) => isTeam || name === 'allowsShareLinks');
  const given = { policy, mayEdit, isBusy, onChange: (body: PolicyChange) => void change(body) };
  return (
    <Card title={t('policy.title')} lead={t(mayEdit ? 'policy.lead' : 'policy.leadReadOnly')}>
      <dl className={classes.rules}>
        {isTeam && <Floor {...given} />}
        {shown.map((name) => (
          <Rule key={name} name={name}>
            {(labelId, hintId) =>
              mayEdit ? (
                <Switch
                  aria-labelledby={labelId}
                  aria-describedby={hintId}
                  checked={policy[name]}
                  disabled={isBusy}
                  onChange={(event) => void change({ [name]: event.currentTarget.checked })}
                />
              ) : (
                <strong>{t(policy[name] ? 'policy.on' : 'policy.off')}</strong>
              )
            }
          </Rule>
        ))}
        <CheckEvery {...given} />
      </dl>
    </Card>
  );
}

interface RuleProps {
  name: 'memberFloor' | 'checkEveryHours' | (typeof switches)[number];
  children: (labelId: string, hintId: string) => ReactNode;
}

/** A rule in words, and how it stands. */
function Rule({ name, children }: RuleProps) {
  const { t } = useTranslation('workspaces');
  const id = useId();
  return (
    <div className={classes.rule}>
      <dt className={classes.words}>
        <span id={id}>{t(`policy.${name}.label`)}</span>
        <span id={`${id}-hint`} className={classes.hint}>
          {t(`policy.${name}.hint`)}
        </span>
      </dt>
      <dd className={classes.value}>{children(id, `${id}-hint`)}</dd>
    </div>
  );
}

interface GivenProps {
  policy: Policy;
  mayEdit: boolean;
  isBusy: boolean;
  onChange: (change: PolicyChange) => void;
}

function Floor({ policy, mayEdit, isBusy, onChange }: GivenProps) {
  const { t } = useTranslation('workspaces');
  return (
    <Rule name="memberFloor">
      {(labelId) =>
        mayEdit ? (
          <SegmentedControl
            aria-labelledby={labelId}
            size="xs"
            disabled={isBusy}
            value={policy.memberFloor}
            data={floors.map((value) => ({ value, label: t(`policy.memberFloor.${value}`) }))}
            onChange={(value) => {
              const memberFloor = floors.find((floor) => floor === value);
              if (memberFloor !== undefined) onChange({ memberFloor });
            }}
          />
        ) : (
          <strong>{t(`policy.memberFloor.${policy.memberFloor}`)}</strong>
        )
      }
    </Rule>
  );
}

function useHoursWords(): (hours: number) => string {
  const { t } = useTranslation('workspaces');
  return (hours) => {
    if (hours === 0) return t('policy.checkEveryHours.never');
    if (hours === 24) return t('policy.checkEveryHours.day');
    if (hours === 168) return t('policy.checkEveryHours.week');
    if (hours === 720) return t('policy.checkEveryHours.month');
    return t('policy.checkEveryHours.hours', { count: hours });
  };
}

function CheckEvery({ policy, mayEdit, isBusy, onChange }: GivenProps) {
  const { t } = useTranslation('workspaces');
  const words = useHoursWords();
  // By the API any number of hours may have been set.
  const choices = [...new Set([...CHECK_HOURS, policy.checkEveryHours])].toSorted((a, b) => a - b);
  return (
    <Rule name="checkEveryHours">
      {(_labelId, hintId) =>
        mayEdit ? (
          <Select
            className={classes.choice ?? ''}
            aria-label={t('policy.checkEveryHours.label')}
            aria-describedby={hintId}
            size="xs"
            disabled={isBusy}
            allowDeselect={false}
            value={String(policy.checkEveryHours)}
            data={choices.map((hours) => ({ value: String(hours), label: words(hours) }))}
            onChange={(value) => value !== null && onChange({ checkEveryHours: Number(value) })}
          />
        ) : (
          <strong>{words(policy.checkEveryHours)}</strong>
        )
      }
    </Rule>
  );
}

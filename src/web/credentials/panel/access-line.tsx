import { ActionIcon, Select } from '@mantine/core';
import { Bot, type LucideIcon, User, Users, UsersRound, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AccessLevel, type GrantLevel, grantLevels, isAtLeast } from '../../../contract/permissions.ts';
import { toastError } from '../../ui/toasts.tsx';
import type { CredentialId } from '../credential.ts';
import { toastWithUndo } from '../undo-toast.tsx';
import own from './access.module.css';
import { type Grant, givableLevels, type Subject, useSetGrant } from './access-grants.ts';
import classes from './panel.module.css';

const icons: Readonly<Record<Grant['kind'], LucideIcon>> = {
  user: User,
  group: UsersRound,
  serviceAccount: Bot,
  everyone: Users,
};

interface AccessLineProps {
  credentialId: CredentialId;
  grant: Grant;
  levelMax: GrantLevel;
}

/** Somebody's level. It can be changed and taken away by whoever may give it; both can be undone. */
export function AccessLine({ credentialId, grant, levelMax }: AccessLineProps) {
  const { t } = useTranslation('grants');
  const setGrant = useSetGrant(credentialId);
  const [isBusy, setIsBusy] = useState(false);
  const { kind, label, level, grantedBy } = grant;
  const Icon = icons[kind];
  const name = kind === 'everyone' ? t('everyone') : label;
  const isMine = isAtLeast(levelMax, level);
  const set = async (next: AccessLevel) => {
    if (next === level) return;
    setIsBusy(true);
    try {
      const subject = subjectOf(grant);
      await setGrant(subject, next);
      toastWithUndo({
        message: next === 'none' ? t('removed', { name }) : t('changed', { name, level: t(`level.${next}`) }),
        undoLabel: t('undo'),
        onUndo: () => setGrant(subject, level),
      });
    } catch (error) {
      toastError(error);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <li className={own.line}>
      <Icon size={16} className={own.icon} aria-hidden />
      <div className={own.words}>
        <span className={own.name} title={name}>
          {name}
        </span>
        <span className={classes.lineSide}>
          {kind === 'everyone' ? t('everyoneHint') : t(`kind.${kind}`)}
          {grantedBy !== null && ` · ${t('by', { person: grantedBy })}`}
        </span>
      </div>
      {isMine ? (
        <>
          <Select
            className={own.level ?? ''}
            size="xs"
            aria-label={t('levelOf', { name })}
            value={level}
            disabled={isBusy}
            allowDeselect={false}
            data={givableLevels(levelMax, kind).map((value) => ({ value, label: t(`level.${value}`) }))}
            onChange={(value) => {
              const next = grantLevels.find((known) => known === value);
              if (next !== undefined) void set(next);
            }}
          />
          <ActionIcon size={28} aria-label={t('remove', { name })} disabled={isBusy} onClick={() => void set('none')}>
            <X size={15} aria-hidden />
          </ActionIcon>
        </>
      ) : (
        <span className={classes.lineSide}>{t(`level.${level}`)}</span>
      )}
    </li>
  );
}

function subjectOf({ kind, id }: Grant): Subject {
  return kind === 'everyone' ? { kind } : { kind, id: id ?? '' };
}

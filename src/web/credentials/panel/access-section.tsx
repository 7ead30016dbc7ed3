import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GrantLevel } from '../../../contract/permissions.ts';
import { read } from '../../api.ts';
import { useLocale } from '../../locales/use-locale.ts';
import { InlineError } from '../../ui/error-state.tsx';
import { joinSentences } from '../../ui/sentences.ts';
import { useActiveWorkspace } from '../../workspaces/active-workspace.ts';
import { type Credential, may } from '../credential.ts';
import { AccessForm } from './access-form.tsx';
import { AccessLine } from './access-line.tsx';
import { MoveKey } from './access-move.tsx';
import classes from './panel.module.css';
import { Section } from './section.tsx';

interface AccessSectionProps {
  credential: Credential;
  /** The key left the list that stands beside the panel. */
  onGone: () => void;
}

/** Who may do what with a key, for those who manage it. A personal workspace has nobody to share with. */
export function AccessSection({ credential, onGone }: AccessSectionProps) {
  const { kind } = useActiveWorkspace();
  if (!may(credential, 'manage') || credential.deletedAt !== null) return null;
  return (
    <>
      {kind === 'team' && <Levels credential={credential} />}
      <MoveKey credential={credential} onGone={onGone} />
    </>
  );
}

function Levels({ credential }: { credential: Credential }) {
  const { t } = useTranslation('grants');
  const [isAdding, setIsAdding] = useState(false);
  const { id } = credential;
  const { data, error, isPending } = useQuery(read('GET /api/keys/{id}/grants', { params: { id } }));
  return (
    <Section
      title={t('title')}
      action={
        data !== undefined &&
        !isAdding && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<UserPlus size={14} aria-hidden />}
            onClick={() => setIsAdding(true)}
          >
            {t('share')}
          </Button>
        )
      }
    >
      {isPending && <Skeleton height={88} radius="md" />}
      {error !== null && <InlineError error={error} />}
      {data !== undefined && (
        <>
          <Floor floor={data.memberFloor} levelMax={data.levelMax} />
          {isAdding && (
            <AccessForm
              credentialId={id}
              grants={data.items}
              levelMax={data.levelMax}
              onClose={() => setIsAdding(false)}
            />
          )}
          {data.items.length === 0 && !isAdding && <p className={classes.hint}>{t('none')}</p>}
          {data.items.length > 0 && (
            <ul className={`${classes.box} ${classes.lines}`} aria-label={t('listName')}>
              {data.items.map((grant) => (
                <AccessLine
                  key={`${grant.kind}:${grant.id}`}
                  credentialId={id}
                  grant={grant}
                  levelMax={data.levelMax}
                />
              ))}
            </ul>
          )}
        </>
      )}
    </Section>
  );
}

/** What roles give without anything being granted, and how far the person may go. */
function Floor({ floor, levelMax }: { floor: Credential['accessLevel']; levelMax: GrantLevel }) {
  const { t } = useTranslation('grants');
  const locale = useLocale();
  const members = floor === 'see' || floor === 'use' ? floor : 'none';
  const sentences: string[] = [t('roles'), t(`floor.${members}`)];
  if (levelMax !== 'manage') sentences.push(t('max', { level: t(`level.${levelMax}`) }));
  return <p className={classes.hint}>{joinSentences(sentences, locale)}</p>;
}

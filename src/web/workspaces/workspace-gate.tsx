import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { ShieldAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { useMe } from '../accounts/me.ts';
import { read } from '../api.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { useDocumentTitle } from '../ui/page.tsx';
import { CardsSkeleton } from '../ui/skeletons.tsx';
import { findActive, useActiveWorkspace, useSwitchWorkspace } from './active-workspace.ts';
import { useLostWorkspace } from './use-lost-workspace.ts';
import classes from './workspaces.module.css';

/** Pages about the person themselves and about the instance: no workspace stands in their way. */
const OPEN_PREFIXES = ['/settings/profile', '/settings/security', '/settings/appearance', '/administration'];

/**
 * Where the workspace asks for a second factor that this session lacks, one page says so in place of an error on each.
 * Where it does not, pages are shown without waiting for the answer.
 */
export function WorkspaceGate({ children }: { children: ReactNode }) {
  useLostWorkspace();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const { requiresTwoFactor } = useActiveWorkspace();
  const { error, isPending } = useQuery({ ...read('GET /api/workspace'), enabled: requiresTwoFactor });
  const isOpen = OPEN_PREFIXES.some((prefix) => pathname.startsWith(prefix));
  if (isOpen || !requiresTwoFactor) return children;
  if (isPending) return <Loading />;
  return error instanceof ApiError && error.code === 'two_factor_needed' ? <FactorNeeded /> : children;
}

function Loading() {
  return (
    <div className={classes.gate}>
      <CardsSkeleton cards={1} height={180} />
    </div>
  );
}

function FactorNeeded() {
  const { t } = useTranslation('workspaces');
  const me = useMe();
  const { name } = findActive(me);
  const switchTo = useSwitchWorkspace();
  const other = me.workspaces.find(({ requiresTwoFactor }) => !requiresTwoFactor);
  useDocumentTitle(t('factor.title', { name }));
  return (
    <div className={classes.gate}>
      <EmptyState
        icon={ShieldAlert}
        title={t('factor.title', { name })}
        text={t('factor.text')}
        action={
          <>
            <LinkButton to="/settings/security">{t('factor.action')}</LinkButton>
            {other !== undefined && (
              <Button variant="default" onClick={() => void switchTo(other.id, '/')}>
                {t('factor.other', { name: other.name })}
              </Button>
            )}
          </>
        }
      />
    </div>
  );
}

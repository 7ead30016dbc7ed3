import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { api } from '../api.ts';
import own from '../second-factors/second-factors.module.css';
import classes from '../settings/settings.module.css';
import { ErrorState } from '../ui/error-state.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Time } from '../ui/time.tsx';
import { useDeviceName, useMethodWords } from './device-name.ts';

type SignIn = OperationReply<Operations['GET /api/me/sign-ins']>['items'][number];

const PAGE_SIZE = 10;

function useSignIns() {
  const first: string | null = null;
  return useInfiniteQuery({
    queryKey: ['GET /api/me/sign-ins', {}],
    queryFn: ({ pageParam }: { pageParam: string | null }) =>
      api('GET /api/me/sign-ins', {
        query: { limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
      }),
    initialPageParam: first,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** When and from where somebody got in or tried to, newest first. */
export function SignInHistory() {
  const { t } = useTranslation('sessions');
  const signIns = useSignIns();
  const items = signIns.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={classes.card} aria-labelledby="sign-ins">
      <header className={classes.cardHeader}>
        <div>
          <h2 id="sign-ins">{t('history.title')}</h2>
          <p>{t('history.lead')}</p>
        </div>
      </header>
      {signIns.isPending && <Skeleton height={160} m={20} radius="md" width="auto" />}
      {signIns.isError && <ErrorState error={signIns.error} onRetry={() => void signIns.refetch()} />}
      {signIns.isSuccess && items.length === 0 && <p className={own.quiet}>{t('history.empty')}</p>}
      {items.length > 0 && (
        <ul className={classes.list}>
          {items.map((signIn) => (
            <SignInItem key={`${signIn.time} ${signIn.ip} ${signIn.reason}`} signIn={signIn} />
          ))}
        </ul>
      )}
      {signIns.hasNextPage && (
        <div className={own.more}>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            loading={signIns.isFetchingNextPage}
            onClick={() => void signIns.fetchNextPage()}
          >
            {t('history.more')}
          </Button>
        </div>
      )}
    </section>
  );
}

const reasons = ['wrong_password', 'second_factor_missing', 'second_factor_wrong', 'disabled'] as const;

function SignInItem({ signIn }: { signIn: SignIn }) {
  const { t } = useTranslation('sessions');
  const device = useDeviceName()(signIn.userAgent);
  const method = useMethodWords()(signIn);
  const isOk = signIn.result === 'ok';
  const Icon = isOk ? CircleCheck : CircleX;
  const reason = reasons.find((known) => known === signIn.reason);
  const words = reason ?? (signIn.reason?.startsWith('passkey_') === true ? 'passkey' : 'other');
  return (
    <li className={classes.item}>
      <Icon size={20} strokeWidth={1.75} className={classes.itemIcon} aria-hidden />
      <div className={classes.itemWords}>
        <strong title={signIn.userAgent}>
          {device}
          <StatusBadge tone={isOk ? 'good' : 'bad'} icon={Icon}>
            {isOk ? t('history.ok') : t('history.denied')}
          </StatusBadge>
        </strong>
        <span>
          {isOk ? method : `${method}, ${t(`history.reason.${words}`)}`} · {signIn.ip} · <Time value={signIn.time} />
        </span>
      </div>
    </li>
  );
}

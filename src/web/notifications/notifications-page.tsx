import { Alert, Skeleton, Switch } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { MailWarning } from 'lucide-react';
import { Trans, useTranslation } from 'react-i18next';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { api, read } from '../api.ts';
import settings from '../settings/settings.module.css';
import { ErrorState } from '../ui/error-state.tsx';
import { Page } from '../ui/page.tsx';
import { toastError } from '../ui/toasts.tsx';
import classes from './notifications.module.css';

type Choices = OperationReply<Operations['GET /api/notifications/choices']>;
type Choice = Choices['items'][number];

/** What the person is told of by e-mail, besides the bell. */
export default function NotificationsPage() {
  const { t } = useTranslation('notifications');
  const choices = useQuery(read('GET /api/notifications/choices'));
  return (
    <Page title={t('page.title')} lead={t('page.lead')}>
      <section className={settings.card} aria-labelledby="notification-kinds">
        <header className={settings.cardHeader}>
          <div>
            <h2 id="notification-kinds">{t('page.kinds')}</h2>
            <p>{t('page.kindsLead')}</p>
          </div>
        </header>
        {choices.isPending && <Skeleton height={320} m={20} width="auto" radius="md" />}
        {choices.isError && <ErrorState error={choices.error} onRetry={() => void choices.refetch()} />}
        {choices.data !== undefined && <ChoiceList choices={choices.data} />}
      </section>
    </Page>
  );
}

function ChoiceList({ choices: { items, mail } }: { choices: Choices }) {
  const { t } = useTranslation('notifications');
  const queryClient = useQueryClient();
  const { queryKey } = read('GET /api/notifications/choices');
  const change = async (choice: Choice) => {
    // Shown at once; the answer of the server, or what stood before, follows.
    queryClient.setQueryData<Choices>(queryKey, {
      mail,
      items: items.map((known) => (known.kind === choice.kind ? choice : known)),
    });
    try {
      const next = await api('PUT /api/notifications/choices', { body: { items: [choice] } });
      queryClient.setQueryData<Choices>(queryKey, next);
    } catch (error) {
      toastError(error);
      await queryClient.invalidateQueries({ queryKey });
    }
  };
  return (
    <>
      {mail !== 'ready' && (
        <Alert
          className={classes.alert ?? ''}
          variant="light"
          color="gray"
          icon={<MailWarning size={17} aria-hidden />}
        >
          <Trans t={t} i18nKey={`page.${mail}`} components={{ security: <Link to="/settings/security" /> }} />
        </Alert>
      )}
      <ul className={settings.list}>
        {items.map((choice) => (
          <ChoiceItem key={choice.kind} choice={choice} onChange={(next) => void change(next)} />
        ))}
      </ul>
    </>
  );
}

function ChoiceItem({ choice, onChange }: { choice: Choice; onChange: (choice: Choice) => void }) {
  const { t } = useTranslation('notifications');
  const { kind, byMail } = choice;
  return (
    <li className={settings.item}>
      <Switch
        classNames={{ root: classes.choice ?? '', body: classes.choiceBody ?? '' }}
        labelPosition="left"
        label={t(`kind.${kind}.name`)}
        description={t(`kind.${kind}.hint`)}
        checked={byMail}
        onChange={(event) => onChange({ kind, byMail: event.currentTarget.checked })}
      />
    </li>
  );
}

import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, read } from '../api.ts';
import { refusedFields } from '../errors.ts';
import { readField } from '../form-fields.ts';
import { useLocale } from '../locales/use-locale.ts';
import classes from '../settings/settings.module.css';
import { InlineError } from '../ui/error-state.tsx';
import { Page } from '../ui/page.tsx';
import { formatDay } from '../ui/time.tsx';
import { toastDone } from '../ui/toasts.tsx';
import { type Me, useMe } from './me.ts';

export default function ProfilePage() {
  const { t } = useTranslation(['accounts', 'shell']);
  const { user } = useMe();
  const locale = useLocale();
  const queryClient = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      const reply = await api('PUT /api/me', { body: { name: readField(event.currentTarget, 'name') } });
      queryClient.setQueryData<Me>(read('GET /api/me').queryKey, (me) =>
        me === undefined ? me : { ...me, user: reply.user },
      );
      toastDone(t('accounts:profile.saved'));
    } catch (thrown) {
      setError(thrown);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Page title={t('accounts:profile.title')} lead={t('accounts:profile.lead')}>
      <section className={classes.card}>
        <form className={classes.cardBody} onSubmit={(event) => void submit(event)}>
          <TextInput
            name="name"
            label={t('accounts:profile.name')}
            description={t('accounts:profile.nameHint')}
            defaultValue={user.name}
            required
            withAsterisk={false}
            maxLength={80}
            autoComplete="name"
            error={refusedFields(error).has('name') ? t('accounts:register.nameWrong') : null}
          />
          <TextInput
            label={t('accounts:profile.email')}
            description={t('accounts:profile.emailHint')}
            value={user.email}
            readOnly
            disabled
          />
          <dl className={classes.facts}>
            {user.isInstanceAdmin && (
              <>
                <dt>{t('accounts:profile.role')}</dt>
                <dd>{t('accounts:profile.admin')}</dd>
              </>
            )}
            <dt>{t('accounts:profile.since')}</dt>
            <dd>{formatDay(user.createdAt, locale)}</dd>
          </dl>
          {error !== null && <InlineError error={error} />}
          <div>
            <Button type="submit" loading={isBusy}>
              {t('shell:ui.save')}
            </Button>
          </div>
        </form>
      </section>
    </Page>
  );
}

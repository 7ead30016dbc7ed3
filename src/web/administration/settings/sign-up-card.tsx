import { Radio } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OperationReply } from '../../../contract/operation.ts';
import type { Operations } from '../../../contract/operations.ts';
import { signUpModes } from '../../../contract/vocabulary.ts';
import { api, read } from '../../api.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import settings from '../../settings/settings.module.css';
import { InlineError } from '../../ui/error-state.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../use-action.ts';
import classes from './instance-settings.module.css';
import { SettingCard } from './setting-card.tsx';

type SignUp = OperationReply<Operations['GET /api/admin/settings/sign-up']>;
type Mode = SignUp['mode'];

const options = read('GET /api/admin/settings/sign-up');

export function SignUpCard() {
  const { t } = useTranslation('administration');
  const id = useId();
  return (
    <SettingCard id={id} title={t('signUp.title')} lead={t('signUp.lead')} query={useQuery(options)} height={150}>
      {(signUp) => <Modes signUp={signUp} labelledBy={id} />}
    </SettingCard>
  );
}

function Modes({ signUp, labelledBy }: { signUp: SignUp; labelledBy: string }) {
  const { t } = useTranslation('administration');
  const queryClient = useQueryClient();
  const [wanted, setWanted] = useState<Mode | null>(null);
  const { error, isBusy, run } = useAction();
  const choose = async (mode: Mode) => {
    setWanted(mode);
    const isDone = await run(async () => {
      const saved = await withFreshSignIn(() => api('PUT /api/admin/settings/sign-up', { body: { mode } }));
      queryClient.setQueryData<SignUp>(options.queryKey, saved);
    });
    // Refused or given up: the choice goes back to what holds.
    setWanted(null);
    if (!isDone) return;
    toastDone(t('saved'));
    await queryClient.invalidateQueries({ queryKey: ['GET /api/instance'] });
  };
  return (
    <>
      <Radio.Group
        aria-labelledby={labelledBy}
        value={wanted ?? signUp.mode}
        onChange={(value) => {
          const mode = signUpModes.find((known) => known === value);
          if (mode !== undefined && !isBusy) void choose(mode);
        }}
      >
        <div className={classes.radios}>
          {signUpModes.map((mode) => (
            <Radio key={mode} value={mode} label={t(`signUp.${mode}`)} description={t(`signUp.${mode}Text`)} />
          ))}
        </div>
      </Radio.Group>
      {signUp.source === 'environment' && <p className={settings.plain}>{t('signUp.fromEnvironment')}</p>}
      {error !== null && <InlineError error={error} />}
    </>
  );
}

import { Button, Modal, PasswordInput, Select } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import type { Credential } from '../credentials/credential.ts';
import { PHONE } from '../credentials/screen.ts';
import { GivenUp } from '../errors.ts';
import { readField } from '../form-fields.ts';
import { withFreshSignIn } from '../sessions/fresh-sign-in.tsx';
import { InlineError } from '../ui/error-state.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { IssuedLink } from './issued-link.tsx';
import { LinkList } from './link-list.tsx';
import classes from './share-links.module.css';
import type { ShareLink } from './share-queries.ts';

const DAY_HOURS = 24;
const PASSPHRASE_LENGTH_MIN = 4;
const PASSPHRASE_LENGTH_MAX = 200;
const views = [1, 2, 3, 5, 10] as const;
/** In hours. */
const spans = [1, 4, DAY_HOURS, 3 * DAY_HOURS, 7 * DAY_HOURS] as const;

interface OneTimeLinkDialogProps {
  credential: Credential;
  onClose: () => void;
}

/** Makes a link that shows the secret of one key a few times, and withdraws those that were made before. */
export default function OneTimeLinkDialog({ credential, onClose }: OneTimeLinkDialogProps) {
  const { t } = useTranslation(['shareLinks', 'shell']);
  useFocusBack();
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const queryClient = useQueryClient();
  const [issued, setIssued] = useState<ShareLink | null>(null);
  // Kept out of state, so that nothing that shows or logs the state of the page can show it.
  const token = useRef('');
  const make = async (choice: LinkChoice) => {
    const body = { keyId: credential.id, ...choice };
    const reply = await withFreshSignIn(() => api('POST /api/share-links', { body }));
    token.current = reply.token;
    setIssued(reply.shareLink);
    await queryClient.invalidateQueries({ queryKey: ['GET /api/share-links'] });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={issued === null ? t('shareLinks:dialog.title', { name: credential.name }) : t('shareLinks:issued.title')}
      size="lg"
      fullScreen={isPhone}
      closeOnClickOutside={issued === null}
      closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
    >
      {issued === null ? (
        <div className={classes.dialog}>
          <LinkForm onMake={make} onCancel={onClose} />
          <LinkList keyId={credential.id} />
        </div>
      ) : (
        <IssuedLink
          link={issued}
          readLink={() => `${window.location.origin}/shared#${token.current}`}
          onDone={onClose}
        />
      )}
    </Modal>
  );
}

interface LinkChoice {
  viewsMax: number;
  expiresInHours: number;
  passphrase?: string;
}

function LinkForm({ onMake, onCancel }: { onMake: (choice: LinkChoice) => Promise<void>; onCancel: () => void }) {
  const { t } = useTranslation(['shareLinks', 'shell']);
  const [viewsMax, setViewsMax] = useState(1);
  const [expiresInHours, setExpiresInHours] = useState<number>(DAY_HOURS);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const hoursWords = (hours: number) =>
    hours < DAY_HOURS
      ? t('shareLinks:dialog.hours', { count: hours })
      : t('shareLinks:dialog.days', { count: hours / DAY_HOURS });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const passphrase = readField(event.currentTarget, 'passphrase').trim();
    setIsBusy(true);
    setError(null);
    try {
      await onMake({ viewsMax, expiresInHours, ...(passphrase === '' ? {} : { passphrase }) });
    } catch (thrown) {
      if (!(thrown instanceof GivenUp)) setError(thrown);
      setIsBusy(false);
    }
  };
  return (
    <form className={classes.form} autoComplete="off" onSubmit={(event) => void submit(event)}>
      <p className={classes.text}>{t('shareLinks:dialog.text')}</p>
      <div className={classes.pair}>
        <Select
          label={t('shareLinks:dialog.viewsLabel')}
          data={views.map((count) => ({ value: String(count), label: t('shareLinks:dialog.views', { count }) }))}
          value={String(viewsMax)}
          allowDeselect={false}
          data-autofocus
          onChange={(value) => setViewsMax(Number(value))}
        />
        <Select
          label={t('shareLinks:dialog.expiry')}
          data={spans.map((hours) => ({ value: String(hours), label: hoursWords(hours) }))}
          value={String(expiresInHours)}
          allowDeselect={false}
          onChange={(value) => setExpiresInHours(Number(value))}
        />
      </div>
      <PasswordInput
        name="passphrase"
        label={`${t('shareLinks:dialog.passphrase')} (${t('shell:ui.optional')})`}
        description={t('shareLinks:dialog.passphraseHint')}
        minLength={PASSPHRASE_LENGTH_MIN}
        maxLength={PASSPHRASE_LENGTH_MAX}
        autoComplete="off"
        data-1p-ignore=""
        data-lpignore="true"
        visibilityToggleButtonProps={{ 'aria-label': t('shell:ui.showPassword') }}
      />
      {error !== null && <InlineError error={error} />}
      <div className={classes.buttons}>
        <Button variant="default" disabled={isBusy} onClick={onCancel}>
          {t('shell:ui.cancel')}
        </Button>
        <Button type="submit" loading={isBusy}>
          {t('shareLinks:dialog.submit')}
        </Button>
      </div>
    </form>
  );
}

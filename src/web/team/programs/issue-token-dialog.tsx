import { Button, Modal, Select, TagsInput, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { GivenUp } from '../../errors.ts';
import { withFreshSignIn } from '../../sessions/fresh-sign-in.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { SECRET_CLEAR_MS } from '../../ui/copy.tsx';
import { InlineError } from '../../ui/error-state.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { isNetwork } from '../../virtual-keys/form/network.ts';
import { IssuedOnce } from '../issued-once.tsx';
import classes from '../team.module.css';
import { NAME_LENGTH_MAX, type Program, type ProgramToken, useRefreshPrograms } from './program.ts';

const DAY_MS = 24 * 3600 * 1000;
const EXPIRY_DAYS = [7, 30, 90, 180, 365] as const;
const EXPIRY_DAYS_USUAL = 90;
const NEVER = 'never';
const ADDRESSES_MAX = 100;

interface IssueTokenDialogProps {
  program: Program;
  onClose: () => void;
}

/** Asks how long and from where a token works, then hands it out once. The token is gone with the dialog. */
export default function IssueTokenDialog({ program, onClose }: IssueTokenDialogProps) {
  const { t } = useTranslation(['serviceAccounts', 'shell']);
  useFocusBack();
  const refresh = useRefreshPrograms();
  const [issued, setIssued] = useState<ProgramToken | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  // Kept out of state, so that nothing that shows or logs the state of the page can show it.
  const secret = useRef('');
  const isCopied = useRef(false);
  const close = () => (issued !== null && !isCopied.current ? setIsAsking(true) : onClose());
  const title =
    issued === null
      ? t('serviceAccounts:issue.title', { name: program.name })
      : t('serviceAccounts:issue.ready', { name: issued.name });
  return (
    <>
      <Modal
        opened
        onClose={close}
        title={title}
        size={500}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
      >
        {issued === null ? (
          <IssueForm
            program={program}
            onCancel={onClose}
            onIssued={(reply) => {
              secret.current = reply.secret;
              setIssued(reply.token);
              void refresh();
            }}
          />
        ) : (
          <div className={classes.form}>
            <IssuedOnce
              preview={issued.preview}
              read={() => secret.current}
              name={t('serviceAccounts:issue.copyName', { name: issued.name })}
              copyLabel={t('serviceAccounts:issue.copy')}
              copiedLabel={t('serviceAccounts:issue.copied')}
              clearAfterMs={SECRET_CLEAR_MS}
              onCopied={() => {
                isCopied.current = true;
              }}
            >
              <p>{t('serviceAccounts:issue.once')}</p>
            </IssuedOnce>
            <p className={classes.text}>{t('serviceAccounts:issue.usage')}</p>
            <div className={classes.footer}>
              <Button variant="default" onClick={close}>
                {t('serviceAccounts:issue.done')}
              </Button>
            </div>
          </div>
        )}
      </Modal>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('serviceAccounts:issue.leaveTitle')}
        confirmLabel={t('serviceAccounts:issue.leave')}
        onConfirm={async () => onClose()}
      >
        <p>{t('serviceAccounts:issue.leaveText')}</p>
      </ConfirmDialog>
    </>
  );
}

interface IssueFormProps {
  program: Program;
  onCancel: () => void;
  onIssued: (reply: { token: ProgramToken; secret: string }) => void;
}

function IssueForm({ program, onCancel, onIssued }: IssueFormProps) {
  const { t } = useTranslation(['serviceAccounts', 'shell']);
  const [name, setName] = useState('');
  const [expiry, setExpiry] = useState(String(EXPIRY_DAYS_USUAL));
  const [addresses, setAddresses] = useState<string[]>([]);
  const [isTried, setIsTried] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wrong = addresses.find((address) => !isNetwork(address));
  const isMissing = name.trim() === '';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (isMissing || wrong !== undefined) return;
    setIsBusy(true);
    setError(null);
    const expiresAt = expiry === NEVER ? null : new Date(Date.now() + Number(expiry) * DAY_MS).toISOString();
    const body = { name: name.trim(), expiresAt, ipAllowList: addresses.length === 0 ? null : addresses };
    try {
      // Called directly and never through a mutation, whose cache would keep the secret.
      const call = () => api('POST /api/service-accounts/{id}/tokens', { params: { id: program.id }, body });
      onIssued(await withFreshSignIn(call));
    } catch (thrown) {
      setError(thrown instanceof GivenUp ? null : thrown);
      setIsBusy(false);
    }
  };
  return (
    <form className={classes.form} noValidate onSubmit={(event) => void submit(event)}>
      <TextInput
        label={t('serviceAccounts:issue.name')}
        placeholder={t('serviceAccounts:issue.placeholder')}
        value={name}
        maxLength={NAME_LENGTH_MAX}
        autoComplete="off"
        error={isTried && isMissing && t('serviceAccounts:issue.nameMissing')}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label={t('serviceAccounts:issue.expiry')}
        {...(expiry === NEVER ? { description: t('serviceAccounts:issue.neverHint') } : {})}
        value={expiry}
        allowDeselect={false}
        data={[
          ...EXPIRY_DAYS.map((count) => ({ value: String(count), label: t('serviceAccounts:issue.days', { count }) })),
          { value: NEVER, label: t('serviceAccounts:issue.never') },
        ]}
        onChange={(value) => setExpiry(value ?? String(EXPIRY_DAYS_USUAL))}
      />
      <TagsInput
        label={`${t('serviceAccounts:issue.ips')} (${t('shell:ui.optional')})`}
        description={t('serviceAccounts:issue.ipsHint')}
        placeholder={addresses.length === 0 ? t('serviceAccounts:issue.ipsPlaceholder') : ''}
        value={addresses}
        maxTags={ADDRESSES_MAX}
        splitChars={[',', ' ', ';']}
        error={isTried && wrong !== undefined && t('serviceAccounts:issue.ipWrong', { value: wrong })}
        onChange={(next) => setAddresses(next.map((address) => address.trim()).filter((address) => address !== ''))}
      />
      {error !== null && <InlineError error={error} />}
      <div className={classes.footer}>
        <Button variant="default" disabled={isBusy} onClick={onCancel}>
          {t('shell:ui.cancel')}
        </Button>
        <Button type="submit" loading={isBusy}>
          {t('serviceAccounts:issue.submit')}
        </Button>
      </div>
    </form>
  );
}

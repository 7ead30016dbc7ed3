import { Button, Modal, MultiSelect, Select, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isRoleAtLeast, type Role, roles } from '../../../contract/permissions.ts';
import { api } from '../../api.ts';
import { PHONE } from '../../credentials/screen.ts';
import { refusedFields } from '../../errors.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { InlineError } from '../../ui/error-state.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { useActiveWorkspace } from '../../workspaces/active-workspace.ts';
import { useGroups } from '../groups/group-queries.ts';
import { useRefreshMembers } from '../members/member-queries.ts';
import classes from '../team.module.css';
import type { IssuedInvitation } from './invitation.ts';
import { InvitationReady } from './invitation-ready.tsx';

const EMAIL_LENGTH_MAX = 254;
const GROUPS_MAX = 50;
const EXPIRY_DAYS = [1, 3, 7, 14, 30] as const;
const EXPIRY_DAYS_USUAL = 7;

/** Asks whom to invite as what, then hands the link out once. The link is gone with the dialog. */
export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['invitations', 'shell']);
  useFocusBack();
  const { name } = useActiveWorkspace();
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  const refresh = useRefreshMembers();
  const [issued, setIssued] = useState<IssuedInvitation | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  // Kept out of state, so that nothing that shows or logs the state of the page can show it.
  const token = useRef('');
  const isHandedOver = useRef(false);
  const close = () => (issued !== null && !isHandedOver.current ? setIsAsking(true) : onClose());
  return (
    <>
      <Modal
        opened
        onClose={close}
        title={issued === null ? t('invitations:form.title', { name }) : t('invitations:issued.title')}
        size={520}
        fullScreen={isPhone}
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': t('shell:ui.close') }}
      >
        {issued === null ? (
          <InviteForm
            onCancel={onClose}
            onIssued={(reply) => {
              token.current = reply.token;
              isHandedOver.current = reply.mail === 'sent';
              setIssued({ invitation: reply.invitation, mail: reply.mail });
              void refresh();
            }}
          />
        ) : (
          <InvitationReady
            issued={issued}
            readLink={() => `${window.location.origin}/invite#${token.current}`}
            onCopied={() => {
              isHandedOver.current = true;
            }}
            onDone={close}
          />
        )}
      </Modal>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('invitations:issued.leaveTitle')}
        confirmLabel={t('invitations:issued.leave')}
        onConfirm={async () => onClose()}
      >
        <p>{t('invitations:issued.leaveText')}</p>
      </ConfirmDialog>
    </>
  );
}

interface InviteFormProps {
  onCancel: () => void;
  onIssued: (reply: IssuedInvitation & { token: string }) => void;
}

function InviteForm({ onCancel, onIssued }: InviteFormProps) {
  const { t } = useTranslation(['invitations', 'shell']);
  const { role: own } = useActiveWorkspace();
  const groups = useGroups().data?.items ?? [];
  const [role, setRole] = useState<Role>('member');
  const [email, setEmail] = useState('');
  const [groupIds, setGroupIds] = useState<string[]>([]);
  const [days, setDays] = useState<number>(EXPIRY_DAYS_USUAL);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      const chosen = groups.filter(({ id }) => groupIds.includes(id)).map(({ id }) => id);
      // Called directly and never through a mutation, whose cache would keep the token.
      const reply = await api('POST /api/invitations', {
        body: {
          role,
          expiresInDays: days,
          ...(email.trim() === '' ? {} : { email: email.trim() }),
          ...(chosen.length === 0 ? {} : { groupIds: chosen }),
        },
      });
      onIssued(reply);
    } catch (thrown) {
      setError(thrown);
      setIsBusy(false);
    }
  };
  const isEmailWrong = refusedFields(error).has('email');
  return (
    <form className={classes.form} noValidate onSubmit={(event) => void submit(event)}>
      <RoleChoice allowed={roles.filter((each) => isRoleAtLeast(own, each))} role={role} onChange={setRole} />
      <TextInput
        type="email"
        label={`${t('invitations:form.email')} (${t('shell:ui.optional')})`}
        description={t('invitations:form.emailHint')}
        value={email}
        maxLength={EMAIL_LENGTH_MAX}
        autoComplete="off"
        error={isEmailWrong && t('invitations:form.emailWrong')}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      {groups.length > 0 && (
        <MultiSelect
          label={`${t('invitations:form.groups')} (${t('shell:ui.optional')})`}
          description={t('invitations:form.groupsHint')}
          placeholder={groupIds.length === 0 ? t('invitations:form.chooseGroups') : ''}
          data={groups.map(({ id, name }) => ({ value: id, label: name }))}
          value={groupIds}
          maxValues={GROUPS_MAX}
          searchable
          onChange={setGroupIds}
        />
      )}
      <Select
        label={t('invitations:form.expiry')}
        value={String(days)}
        allowDeselect={false}
        data={EXPIRY_DAYS.map((count) => ({ value: String(count), label: t('invitations:form.days', { count }) }))}
        onChange={(value) => setDays(Number(value ?? EXPIRY_DAYS_USUAL))}
      />
      {error !== null && !isEmailWrong && <InlineError error={error} />}
      <div className={classes.footer}>
        <Button variant="default" disabled={isBusy} onClick={onCancel}>
          {t('shell:ui.cancel')}
        </Button>
        <Button type="submit" loading={isBusy}>
          {t('invitations:form.submit')}
        </Button>
      </div>
    </form>
  );
}

interface RoleChoiceProps {
  allowed: readonly Role[];
  role: Role;
  onChange: (role: Role) => void;
}

/** The roles with what each may do, because the words alone promise different things to different people. */
function RoleChoice({ allowed, role, onChange }: RoleChoiceProps) {
  const { t } = useTranslation(['invitations', 'members', 'shell']);
  return (
    <fieldset className={classes.choices}>
      <legend>{t('invitations:form.role')}</legend>
      {allowed.toReversed().map((each) => (
        <label key={each} className={classes.choice}>
          <input
            type="radio"
            name="role"
            checked={each === role}
            {...(each === role ? { 'data-autofocus': true } : {})}
            onChange={() => onChange(each)}
          />
          <span>
            <strong>{t(`shell:workspace.role.${each}`)}</strong>
            <span>{t(`members:roleHint.${each}`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

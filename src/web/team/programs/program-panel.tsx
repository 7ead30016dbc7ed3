import { Button, Switch, Textarea, TextInput } from '@mantine/core';
import { Bot, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { NOTE_LENGTH_MAX } from '../../credentials/limits.ts';
import { EditableFact, FactForm } from '../../credentials/panel/editable-fact.tsx';
import panel from '../../credentials/panel/panel.module.css';
import { Section } from '../../credentials/panel/section.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { Time } from '../../ui/time.tsx';
import { toastDone, toastError } from '../../ui/toasts.tsx';
import { useActiveWorkspace } from '../../workspaces/active-workspace.ts';
import classes from '../team.module.css';
import { NAME_LENGTH_MAX, type Program, useChangeProgram, useRefreshPrograms } from './program.ts';
import { ProgramState } from './programs-table.tsx';
import { TokensSection } from './tokens-section.tsx';

interface ProgramPanelProps {
  program: Program;
  onClose: () => void;
}

/** Everything about one service account: what it may, its tokens, and its end. */
export function ProgramPanel({ program, onClose }: ProgramPanelProps) {
  return (
    <SidePanel
      isOpen
      onClose={onClose}
      title={
        <span className={panel.title}>
          <span className={classes.mark} aria-hidden>
            <Bot size={15} />
          </span>
          <span className={panel.titleName}>{program.name}</span>
        </span>
      }
    >
      <div className={panel.sections}>
        <StateLine program={program} />
        <Details program={program} />
        <TokensSection program={program} />
        <DeleteProgram program={program} onGone={onClose} />
      </div>
    </SidePanel>
  );
}

function StateLine({ program }: { program: Program }) {
  const { t } = useTranslation('serviceAccounts');
  const change = useChangeProgram(program.id);
  const [isAsking, setIsAsking] = useState(false);
  const { name, state } = program;
  const switchOn = async () => {
    await change({ state: 'active' }).then(() => toastDone(t('panel.onDone', { name })), toastError);
  };
  return (
    <div className={classes.secretLine}>
      <ProgramState state={state} />
      {state === 'active' ? (
        <Button size="compact-sm" variant="default" onClick={() => setIsAsking(true)}>
          {t('panel.off')}
        </Button>
      ) : (
        <Button size="compact-sm" onClick={() => void switchOn()}>
          {t('panel.on')}
        </Button>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('panel.offTitle', { name })}
        confirmLabel={t('panel.off')}
        onConfirm={async () => {
          await change({ state: 'disabled' });
          toastDone(t('panel.offDone', { name }));
        }}
      >
        <p>{t('panel.offText')}</p>
      </ConfirmDialog>
    </div>
  );
}

function Details({ program }: { program: Program }) {
  const { t } = useTranslation('serviceAccounts');
  const { name, note, createdAt, createdBy } = program;
  return (
    <Section title={t('panel.details')}>
      <dl className={`${panel.box} ${panel.facts}`}>
        <EditableFact
          label={t('form.name')}
          isEditable
          form={(close) => <TextForm program={program} field="name" onClose={close} />}
        >
          {name}
        </EditableFact>
        <EditableFact
          label={t('form.note')}
          isEditable
          form={(close) => <TextForm program={program} field="note" onClose={close} />}
        >
          {note === '' ? <span className={panel.empty}>{t('panel.none')}</span> : note}
        </EditableFact>
        <div className={panel.fact}>
          <dt>{t('panel.created')}</dt>
          <dd>
            <Time value={createdAt} />
            {createdBy !== null && <span className={panel.empty}> · {createdBy}</span>}
          </dd>
        </div>
      </dl>
      <MayCopy program={program} />
      <p className={panel.hint}>{t('panel.access')}</p>
    </Section>
  );
}

function MayCopy({ program }: { program: Program }) {
  const { t } = useTranslation('serviceAccounts');
  const { role } = useActiveWorkspace();
  const change = useChangeProgram(program.id);
  const [isBusy, setIsBusy] = useState(false);
  const set = async (mayCopy: boolean) => {
    setIsBusy(true);
    await change({ mayCopy }).then(() => toastDone(t('panel.saved')), toastError);
    setIsBusy(false);
  };
  return (
    <Switch
      label={t('form.mayCopy')}
      description={role === 'owner' ? t('form.mayCopyHint') : t('form.ownersOnly')}
      checked={program.mayCopy}
      disabled={role !== 'owner' || isBusy}
      onChange={(event) => void set(event.currentTarget.checked)}
    />
  );
}

interface TextFormProps {
  program: Program;
  field: 'name' | 'note';
  onClose: () => void;
}

function TextForm({ program, field, onClose }: TextFormProps) {
  const { t } = useTranslation('serviceAccounts');
  const change = useChangeProgram(program.id);
  const [value, setValue] = useState(program[field]);
  const isMissing = field === 'name' && value.trim() === '';
  const common = { 'aria-label': t(`form.${field}`), value, autoFocus: true } as const;
  return (
    <FactForm onClose={onClose} onSave={async () => (isMissing ? false : change({ [field]: value.trim() }))}>
      {field === 'name' ? (
        <TextInput
          {...common}
          maxLength={NAME_LENGTH_MAX}
          error={isMissing && t('form.nameMissing')}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
      ) : (
        <Textarea
          {...common}
          maxLength={NOTE_LENGTH_MAX}
          autosize
          minRows={2}
          maxRows={8}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
      )}
    </FactForm>
  );
}

function DeleteProgram({ program, onGone }: { program: Program; onGone: () => void }) {
  const { t } = useTranslation('serviceAccounts');
  const refresh = useRefreshPrograms();
  const [isAsking, setIsAsking] = useState(false);
  const { id, name } = program;
  return (
    <div>
      <Button
        variant="default"
        className={panel.danger ?? ''}
        leftSection={<Trash2 size={15} aria-hidden />}
        onClick={() => setIsAsking(true)}
      >
        {t('panel.delete')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('panel.deleteTitle', { name })}
        confirmLabel={t('panel.delete')}
        onConfirm={async () => {
          await api('DELETE /api/service-accounts/{id}', { params: { id } });
          toastDone(t('panel.deleted', { name }));
          onGone();
          await refresh();
        }}
      >
        <p>{t('panel.deleteText')}</p>
      </ConfirmDialog>
    </div>
  );
}

import { Button, CloseButton, Popover, TagsInput } from '@mantine/core';
import { PlugZap, RotateCcw, Tag, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './bulk-bar.module.css';
import { BulkProgress } from './bulk-progress.tsx';
import { may } from './credential.ts';
import { useKeyFacets } from './key-queries.ts';
import { TAG_LENGTH_MAX, TAGS_MAX } from './limits.ts';
import { useBulkActions } from './use-bulk-actions.ts';
import type { Selection } from './use-selection.ts';

/** What can be done with the ticked keys; stands at the bottom of the window while there are any. */
export function BulkBar({ selection, isTrash }: { selection: Selection; isTrash: boolean }) {
  const { t } = useTranslation('credentials');
  const actions = useBulkActions(selection);
  const { run } = actions;
  if (selection.items.length === 0 && run === null) return null;
  const isBusy = run?.isRunning === true;
  const mayChange = selection.items.some((credential) => may(credential, 'manage'));
  return (
    <section className={classes.bar} aria-label={t('bulk.region')}>
      {run !== null && <BulkProgress run={run} onStop={actions.stop} onClose={actions.dismiss} />}
      {selection.items.length > 0 && (
        <div className={classes.line}>
          <strong className={classes.count} aria-live="polite">
            {t('bulk.selected', { count: selection.items.length })}
          </strong>
          {isTrash ? (
            <Button
              variant="default"
              disabled={isBusy || !mayChange}
              leftSection={<RotateCcw size={15} aria-hidden />}
              onClick={() => void actions.restore()}
            >
              {t('bulk.restore')}
            </Button>
          ) : (
            <>
              <Button
                variant="default"
                disabled={isBusy}
                leftSection={<PlugZap size={15} aria-hidden />}
                onClick={() => void actions.test()}
              >
                {t('bulk.test')}
              </Button>
              <TagMenu isBusy={isBusy || !mayChange} onApply={(tags) => void actions.addTags(tags)} />
              <Button
                variant="default"
                disabled={isBusy || !mayChange}
                leftSection={<Trash2 size={15} aria-hidden />}
                onClick={() => void actions.trash()}
              >
                {t('bulk.trash')}
              </Button>
            </>
          )}
          <CloseButton aria-label={t('bulk.clear')} disabled={isBusy} onClick={selection.clear} />
        </div>
      )}
    </section>
  );
}

function TagMenu({ isBusy, onApply }: { isBusy: boolean; onApply: (tags: string[]) => void }) {
  const { t } = useTranslation('credentials');
  const [isOpen, setIsOpen] = useState(false);
  const [tags, setTags] = useState<string[]>([]);
  const known = useKeyFacets().data?.tags.map(({ tag }) => tag) ?? [];
  const apply = () => {
    setIsOpen(false);
    setTags([]);
    onApply(tags);
  };
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="top" trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          disabled={isBusy}
          leftSection={<Tag size={15} aria-hidden />}
          onClick={() => setIsOpen(!isOpen)}
        >
          {t('bulk.tag')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.tags}>
        <TagsInput
          label={t('bulk.tagsLabel')}
          description={t('panel.tagsHint')}
          data={known}
          value={tags}
          maxTags={TAGS_MAX}
          onChange={(next) => setTags(next.map((tag) => tag.slice(0, TAG_LENGTH_MAX)))}
          comboboxProps={{ withinPortal: false }}
          data-autofocus
        />
        <Button disabled={tags.length === 0} onClick={apply}>
          {t('bulk.apply')}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

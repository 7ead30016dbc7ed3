import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SidePanel } from '../ui/side-panel.tsx';
import classes from './audit.module.css';
import type { AuditEvent } from './audit-queries.ts';
import type { AuditSearch } from './audit-search.ts';
import { EventFacts } from './event-facts.tsx';
import { KeyLink } from './key-link.tsx';
import { ResultBadge } from './result-badge.tsx';
import { useSentence } from './use-sentence.ts';

interface EventPanelProps {
  event: AuditEvent;
  onClose: () => void;
  /** Narrows the list behind the panel. */
  onNarrow: (patch: Partial<AuditSearch>) => void;
}

/** Everything that is recorded of one event, with the ways on from it. */
export function EventPanel({ event, onClose, onNarrow }: EventPanelProps) {
  const { t } = useTranslation('audit');
  const sentence = useSentence()(event);
  const { actor, target } = event;
  return (
    <SidePanel isOpen onClose={onClose} title={t('detail.title')} width={560}>
      <div className={classes.sections}>
        <div>
          <p className={classes.sentence}>{sentence}</p>
          <ResultBadge result={event.result} />
          <div className={classes.ways}>
            <KeyLink event={event} />
            {target !== null && (
              <Button size="xs" variant="default" onClick={() => onNarrow({ target: target.id })}>
                {t('detail.onlyThis')}
              </Button>
            )}
            {actor !== null && (
              <Button size="xs" variant="default" onClick={() => onNarrow({ person: actor.id })}>
                {t('detail.onlyPerson')}
              </Button>
            )}
          </div>
        </div>
        <EventFacts event={event} />
      </div>
    </SidePanel>
  );
}

import { MessagesSquare } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Composer } from './composer.tsx';
import classes from './playground.module.css';
import { TurnView } from './turn-view.tsx';
import type { Conversation } from './use-conversation.ts';

/** So near to the end the list follows what arrives; further up somebody is reading. */
const FOLLOW_PIXELS = 120;

interface ChatProps {
  conversation: Conversation;
  typed: string;
  onType: (typed: string) => void;
  onSend: () => void;
  onAgain: () => void;
}

/** The conversation, and the field for what comes next. */
export function Chat({ conversation, typed, onType, onSend, onAgain }: ChatProps) {
  const { t } = useTranslation('playground');
  const { turns, isRunning, stop } = conversation;
  const list = useRef<HTMLDivElement>(null);
  const last = turns.at(-1);
  const length = (last?.answer.length ?? 0) + (last?.reasoning.length ?? 0);
  useEffect(() => {
    const element = list.current;
    if (element === null || turns.length === 0) return;
    const isNew = length === 0;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (isNew || below < FOLLOW_PIXELS) element.scrollTop = element.scrollHeight;
  }, [turns.length, length]);
  return (
    <section className={classes.chat} aria-label={t('chat.label')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <div ref={list} className={classes.turns} role="log" aria-live="off" aria-label={t('chat.label')} tabIndex={0}>
        {turns.length === 0 && (
          <div className={classes.start}>
            <MessagesSquare size={26} strokeWidth={1.6} aria-hidden />
            <h2>{t('chat.start')}</h2>
            <p>{t('chat.startHint')}</p>
          </div>
        )}
        {turns.map((turn) => (
          <TurnView key={turn.id} turn={turn} onAgain={turn === last && !isRunning ? onAgain : undefined} />
        ))}
      </div>
      <p role="status" className={classes.hidden}>
        {last?.state === 'done' ? t('chat.done') : ''}
      </p>
      <Composer value={typed} isRunning={isRunning} onChange={onType} onSend={onSend} onStop={stop} />
    </section>
  );
}

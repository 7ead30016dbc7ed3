import { Loader } from '@mantine/core';
import { CircleStop } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../contract/client.ts';
import { CopyButton } from '../ui/copy.tsx';
import classes from './playground.module.css';
import { TurnError } from './turn-error.tsx';
import { TurnFigures } from './turn-figures.tsx';
import type { Turn } from './use-conversation.ts';

interface TurnViewProps {
  turn: Turn;
  /** Given for the last turn. */
  onAgain: (() => void) | undefined;
}

/** A question and its answer. The answer is text and only ever shown as text. */
export function TurnView({ turn, onAgain }: TurnViewProps) {
  const { t } = useTranslation('playground');
  const { question, answer, state, isCut, model, error, requestId } = turn;
  const isOver = state === 'done' || state === 'stopped' || state === 'failed';
  return (
    <article className={classes.turn}>
      <div className={classes.question}>
        <span className={classes.hidden}>{t('chat.you')}: </span>
        {question}
      </div>
      <div className={classes.answer}>
        <div className={classes.speaker}>
          <span translate="no">{model}</span>
          {isOver && answer !== '' && <CopyButton value={answer} label={t('chat.copyAnswer')} size={24} />}
        </div>
        {state === 'waiting' && (
          <p className={classes.waiting}>
            <Loader size={13} /> {t('chat.thinking')}
          </p>
        )}
        <Reasoning turn={turn} />
        {answer !== '' && <div className={classes.text}>{answer}</div>}
        {state === 'done' && answer === '' && <p className={classes.remark}>{t('chat.nothing')}</p>}
        {isCut && <p className={classes.remark}>{t('chat.cut')}</p>}
        {state === 'stopped' && (
          <p className={classes.remark}>
            <CircleStop size={14} aria-hidden /> {t('chat.stopped')}
          </p>
        )}
        {state === 'failed' && <TurnError error={error} requestId={requestId} onAgain={onAgain} />}
        {isOver && requestId !== null && !isRefused(turn) && <TurnFigures requestId={requestId} />}
      </div>
    </article>
  );
}

/** What the gateway itself refuses never reached a provider, so there is nothing to count. */
function isRefused({ error }: Turn): boolean {
  return error instanceof ApiError && !error.code.startsWith('upstream_');
}

function Reasoning({ turn }: { turn: Turn }) {
  const { t } = useTranslation('playground');
  if (turn.reasoning === '') return null;
  const isThinking = turn.state === 'streaming' && turn.answer === '';
  return (
    <details className={classes.reasoning}>
      <summary>
        {isThinking && <Loader size={12} />}
        {isThinking ? t('chat.reasoningNow') : t('chat.reasoning')}
      </summary>
      <div className={classes.text}>{turn.reasoning}</div>
    </details>
  );
}

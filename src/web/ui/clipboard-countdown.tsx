import { Button } from '@mantine/core';
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clearIfUnchanged, overwriteClipboard } from './clipboard.ts';
import classes from './copy.module.css';

const CLOSE_AFTER_MS = 2500;

export function CopiedWords({ name }: { name: string | undefined }) {
  const { t } = useTranslation();
  return <>{name === undefined ? t('ui.copied') : t('ui.copiedName', { name })}</>;
}

/** Whether the person has stayed on the page and copied nothing else since the secret was copied. */
function useUntouched(): RefObject<boolean> {
  const isUntouched = useRef(document.hasFocus());
  useEffect(() => {
    const touch = () => {
      isUntouched.current = false;
    };
    window.addEventListener('blur', touch);
    document.addEventListener('copy', touch);
    document.addEventListener('cut', touch);
    return () => {
      window.removeEventListener('blur', touch);
      document.removeEventListener('copy', touch);
      document.removeEventListener('cut', touch);
    };
  }, []);
  return isUntouched;
}

/** Resolves when the page has the focus, without which browsers give no access to the clipboard. */
function focused(signal: AbortSignal): Promise<void> {
  if (document.hasFocus()) return Promise.resolve();
  return new Promise((resolve) => window.addEventListener('focus', () => resolve(), { once: true, signal }));
}

type Stage = 'counting' | 'waiting' | 'cleared' | 'changed' | 'unsure';

interface CountdownProps {
  name: string | undefined;
  /** SHA-256 of the copied value; null where the browser cannot compute it. */
  digest: string | null;
  lastsMs: number;
  onDone: () => void;
}

/** The content of the toast after a secret was copied: counts down, clears the clipboard, says what came of it. */
export function ClipboardCountdown({ name, digest, lastsMs, onDone }: CountdownProps) {
  const { t } = useTranslation();
  const [endsAtMs] = useState(() => Date.now() + lastsMs);
  const [leftMs, setLeftMs] = useState(lastsMs);
  const [stage, setStage] = useState<Stage>('counting');
  const isUntouched = useUntouched();
  const done = useEffectEvent(onDone);

  useEffect(() => {
    const tick = setInterval(() => setLeftMs(Math.max(0, endsAtMs - Date.now())), 250);
    const end = new AbortController();
    const timer = setTimeout(async () => {
      clearInterval(tick);
      setLeftMs(0);
      setStage('waiting');
      await focused(end.signal);
      setStage(await clearIfUnchanged(digest, isUntouched.current));
    }, endsAtMs - Date.now());
    return () => {
      clearInterval(tick);
      clearTimeout(timer);
      end.abort();
    };
  }, [digest, endsAtMs, isUntouched]);

  useEffect(() => {
    if (stage !== 'cleared' && stage !== 'changed') return;
    const timer = setTimeout(() => done(), CLOSE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [stage]);

  const clearNow = async () => setStage((await overwriteClipboard()) ? 'cleared' : 'unsure');
  const isOver = stage === 'cleared' || stage === 'changed';
  return (
    <div className={classes.toast}>
      <CopiedWords name={name} />
      {stage === 'counting' && (
        <div className={classes.track} aria-hidden>
          <div className={classes.bar} style={{ transform: `scaleX(${leftMs / lastsMs})` }} />
        </div>
      )}
      <div className={classes.toastLine}>
        <span className={classes.toastHint}>
          {stage === 'counting'
            ? t('ui.clipboard.counting', { count: Math.ceil(leftMs / 1000) })
            : t(`ui.clipboard.${stage}`)}
        </span>
        {!isOver && (
          <Button size="compact-xs" variant="default" onClick={() => void clearNow()}>
            {t('ui.clipboard.clearNow')}
          </Button>
        )}
      </div>
    </div>
  );
}

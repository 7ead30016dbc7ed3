import { ActionIcon, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Check, Copy, KeyRound } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { writeClipboard } from './clipboard.ts';
import { ClipboardCountdown, CopiedWords } from './clipboard-countdown.tsx';
import classes from './copy.module.css';
import { showCopyDialog } from './copy-dialog-host.tsx';
import toast from './toasts.module.css';
import { toastCloseButton, toastError } from './toasts.tsx';

/** How long a secret may stay in the clipboard. */
export const SECRET_CLEAR_MS = 45_000;
const PLAIN_TOAST_MS = 2200;
const TICK_MS = 1600;

export interface CopyOptions {
  /** What was copied, for the toast: "Production", "gpt-4o". */
  name?: string;
  /** Given for secrets: a countdown is shown and the clipboard is cleared after it, if it still holds the value. */
  clearAfterMs?: number;
  /** Called when the text is in the clipboard. */
  onCopied?: () => void;
}

/**
 * Copies a text; a promise may be given so that a value fetched after the click still counts as wanted by that click.
 * Resolves true when it is in the clipboard, false when the browser refused and a dialog shows the value instead.
 * Rejects when the promise rejects.
 */
export async function copyText(source: string | Promise<string>, options: CopyOptions = {}): Promise<boolean> {
  const outcome = await writeClipboard(source);
  if (!outcome.isWritten) {
    showCopyDialog({ value: outcome.value, name: options.name });
    return false;
  }
  const { name, clearAfterMs } = options;
  options.onCopied?.();
  const id = 'copied';
  notifications.hide(id);
  notifications.show({
    id: clearAfterMs === undefined ? `copied-${Date.now()}` : id,
    message:
      clearAfterMs === undefined ? (
        <CopiedWords name={name} />
      ) : (
        <ClipboardCountdown
          key={Date.now()}
          name={name}
          digest={outcome.digest}
          lastsMs={clearAfterMs}
          onDone={() => notifications.hide(id)}
        />
      ),
    autoClose: clearAfterMs === undefined ? PLAIN_TOAST_MS : false,
    withCloseButton: clearAfterMs !== undefined,
    closeButtonProps: toastCloseButton(),
    icon: clearAfterMs === undefined ? <Check size={15} aria-hidden /> : <KeyRound size={15} aria-hidden />,
    classNames: toast,
    'data-tone': clearAfterMs === undefined ? 'good' : 'secret',
  });
  return true;
}

/** `copy` as above, but failures become a toast; `isCopied` is true for a moment after success, for the tick. */
export function useCopy(): {
  copy: (source: string | (() => Promise<string>), options?: CopyOptions) => Promise<boolean>;
  isCopied: boolean;
  isBusy: boolean;
} {
  const [isCopied, setIsCopied] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = useCallback(async (source: string | (() => Promise<string>), options: CopyOptions = {}) => {
    setIsBusy(true);
    try {
      const isDone = await copyText(typeof source === 'string' ? source : source(), options);
      clearTimeout(timer.current);
      setIsCopied(isDone);
      timer.current = setTimeout(() => setIsCopied(false), TICK_MS);
      return isDone;
    } catch (error) {
      toastError(error);
      return false;
    } finally {
      setIsBusy(false);
    }
  }, []);
  return { copy, isCopied, isBusy };
}

interface CopyButtonProps extends CopyOptions {
  /** The text, or how to get it at the moment of the click. */
  value: string | (() => Promise<string>);
  /** Says what is copied: "Copy the key Production". */
  label: string;
  size?: number;
  disabled?: boolean;
}

/** An icon that turns into a tick. With `clearAfterMs` it is brass, for secrets. */
export function CopyButton({ value, label, size = 28, disabled = false, ...options }: CopyButtonProps) {
  const { t } = useTranslation();
  const { copy, isCopied, isBusy } = useCopy();
  const Icon = isCopied ? Check : Copy;
  return (
    <Tooltip label={isCopied ? t('ui.copied') : label}>
      <ActionIcon
        size={size}
        aria-label={label}
        disabled={disabled}
        data-busy={isBusy}
        data-copied={isCopied}
        data-secret={options.clearAfterMs !== undefined}
        className={classes.button}
        onClick={(event) => {
          event.stopPropagation();
          if (!isBusy) void copy(value, options);
        }}
      >
        <Icon key={String(isCopied)} size={Math.round(size * 0.52)} className={classes.icon} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

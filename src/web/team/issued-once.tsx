import { Button } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { useCopy } from '../ui/copy.tsx';
import { Mono } from '../ui/mono.tsx';
import classes from './team.module.css';

interface IssuedOnceProps {
  /** What may stand on the screen in place of the value. */
  preview: string;
  /** Reads the value at the moment it is copied; it is never shown. */
  read: () => string;
  /** Names it for the toast. */
  name: string;
  copyLabel: string;
  copiedLabel: string;
  /** Given for secrets that lose nothing when the clipboard is cleared: not for a link that goes into a message. */
  clearAfterMs?: number;
  onCopied: () => void;
  children: ReactNode;
}

/** Hands out something that can be had only now. */
export function IssuedOnce({
  preview,
  read,
  name,
  copyLabel,
  copiedLabel,
  onCopied,
  children,
  ...rest
}: IssuedOnceProps) {
  const { copy, isCopied, isBusy } = useCopy();
  const Icon = isCopied ? Check : Copy;
  const { clearAfterMs } = rest;
  const copyIt = async () => {
    await copy(async () => read(), { name, ...(clearAfterMs === undefined ? {} : { clearAfterMs }) });
    // Where the browser refuses the clipboard, the value stands selected in the dialog that opened.
    onCopied();
  };
  return (
    <div className={classes.handOver}>
      <div className={classes.secretLine}>
        <Mono tone="secret">{preview}</Mono>
        <Button
          color="brass"
          data-autofocus
          leftSection={<Icon size={16} aria-hidden />}
          loading={isBusy}
          onClick={() => void copyIt()}
        >
          {isCopied ? copiedLabel : copyLabel}
        </Button>
      </div>
      {children}
    </div>
  );
}

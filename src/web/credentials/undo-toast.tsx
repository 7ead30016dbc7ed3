import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Undo2 } from 'lucide-react';
import toast from '../ui/toasts.module.css';
import { toastError } from '../ui/toasts.tsx';
import classes from './undo-toast.module.css';

const UNDO_MS = 10_000;

interface UndoToast {
  /** What was done. */
  message: string;
  undoLabel: string;
  onUndo: () => Promise<unknown>;
}

/** Says what was done and offers for ten seconds to take it back. */
export function toastWithUndo({ message, undoLabel, onUndo }: UndoToast): void {
  const id = `undo-${crypto.getRandomValues(new Uint32Array(1)).join('')}`;
  const undo = async () => {
    notifications.hide(id);
    await onUndo().catch(toastError);
  };
  notifications.show({
    id,
    autoClose: UNDO_MS,
    withCloseButton: false,
    icon: <Undo2 size={15} aria-hidden />,
    classNames: toast,
    'data-tone': 'good',
    message: (
      <span className={classes.line}>
        {message}
        <Button size="compact-xs" variant="default" onClick={() => void undo()}>
          {undoLabel}
        </Button>
      </span>
    ),
  });
}

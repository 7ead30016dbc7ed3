import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { Check, CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { GivenUp, useDescribeError } from '../errors.ts';
import classes from './toasts.module.css';

const DONE_MS = 3000;
const ERROR_MS = 10_000;

/** Names the button that takes a toast away; toasts are made outside of components, where there is no hook. */
export function toastCloseButton(): { 'aria-label': string } {
  return { 'aria-label': i18next.t('ui.closeMessage') };
}

/** Says that something was done. The sentence comes translated. */
export function toastDone(message: ReactNode): void {
  notifications.show({
    message,
    autoClose: DONE_MS,
    withCloseButton: false,
    icon: <Check size={15} aria-hidden />,
    classNames: classes,
    'data-tone': 'good',
  });
}

function ErrorWords({ error }: { error: unknown }) {
  const { text, next, precise } = useDescribeError()(error);
  return (
    <>
      <strong>{text}</strong>
      {precise !== null && <div>“{precise}”</div>}
      <div>{next}</div>
    </>
  );
}

/** Says what failed and what to do next. */
export function toastError(error: unknown): void {
  if (error instanceof GivenUp) return;
  notifications.show({
    message: <ErrorWords error={error} />,
    autoClose: ERROR_MS,
    closeButtonProps: toastCloseButton(),
    icon: <CircleAlert size={15} aria-hidden />,
    classNames: classes,
    'data-tone': 'bad',
  });
}

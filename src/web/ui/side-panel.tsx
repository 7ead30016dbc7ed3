import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './side-panel.module.css';
import { useFocusBack } from './use-focus-back.ts';

interface SidePanelProps {
  isOpen: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** Stays at the bottom while the content scrolls. */
  footer?: ReactNode;
  /** Pixels on a wide screen; on a phone the panel fills it. */
  width?: number;
}

/** Details beside a list that stays where it is. */
export function SidePanel({ isOpen, onClose, title, children, footer, width = 520 }: SidePanelProps) {
  const { t } = useTranslation();
  useFocusBack();
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      title={title}
      position="right"
      size={width}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      transitionProps={{ duration: 160 }}
      overlayProps={{ backgroundOpacity: 0.3 }}
      classNames={{ content: classes.content, header: classes.header, title: classes.title, body: classes.body }}
    >
      <div className={classes.scroll}>{children}</div>
      {footer !== undefined && <div className={classes.footer}>{footer}</div>}
    </Drawer>
  );
}

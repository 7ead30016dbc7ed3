import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFocusBack } from '../ui/use-focus-back.ts';
import classes from './phone-menu.module.css';
import { SidebarContent } from './sidebar.tsx';

/** The sidebar of phones. Closes itself when another page is chosen, because the shell unmounts it. */
export default function PhoneMenu({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  return (
    <Drawer
      opened
      onClose={onClose}
      size={272}
      withCloseButton={false}
      attributes={{ content: { 'aria-label': t('nav.label') } }}
      classNames={{ body: classes.body, content: classes.content }}
    >
      <SidebarContent />
    </Drawer>
  );
}

import { Button } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { Plus } from 'lucide-react';
import { lazy, Suspense, useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../accounts/use-allowed.ts';
import { PHONE } from '../credentials/screen.ts';
import { Page } from '../ui/page.tsx';
import { AlertsBell } from './alerts/alerts-bell.tsx';
import { VirtualKeyPanel } from './panel/virtual-key-panel.tsx';
import { useVirtualKeysSearch } from './use-virtual-keys-search.ts';
import { isVirtualKeyId, type VirtualKeyId } from './virtual-key.ts';
import { VirtualKeyList } from './virtual-key-list.tsx';
import { useVirtualKeys } from './virtual-key-queries.ts';
import classes from './virtual-keys.module.css';
import { VirtualKeysToolbar } from './virtual-keys-toolbar.tsx';

const CreateDialog = lazy(() => import('./form/create-dialog.tsx'));

/** All virtual keys the person may see: find, create, limit, rotate, revoke. The address carries the state. */
export default function VirtualKeysPage() {
  const { t } = useTranslation('virtualKeys');
  const { search, change } = useVirtualKeysSearch();
  const list = useVirtualKeys(search);
  const mayCreate = useAllowed('virtual-key:create');
  const toolbar = useRef<HTMLDivElement>(null);
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });

  const create = useCallback(() => change({ add: 1 }, { isNewEntry: true }), [change]);
  const open = useCallback((id: VirtualKeyId) => change({ open: id }, { isNewEntry: true }), [change]);
  useHotkeys([
    ['/', () => toolbar.current?.querySelector<HTMLInputElement>('input[type="search"]')?.focus()],
    ['n', () => mayCreate && create()],
  ]);

  const openId = isVirtualKeyId(search.open) ? search.open : null;
  const loaded = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title={t('page.title')}
      lead={t('page.sentence')}
      action={
        <div className={classes.headerActions}>
          <AlertsBell onOpen={open} />
          {mayCreate && (
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={create} aria-keyshortcuts="n">
              {t('page.create')}
            </Button>
          )}
        </div>
      }
    >
      <div ref={toolbar}>
        <VirtualKeysToolbar search={search} onChange={change} />
      </div>
      <VirtualKeyList
        list={list}
        search={search}
        openId={openId}
        isPhone={isPhone}
        onOpen={open}
        onCreate={create}
        onChange={change}
      />
      {openId !== null && (
        <VirtualKeyPanel
          key={openId}
          id={openId}
          inList={loaded.find((virtualKey) => virtualKey.id === openId)}
          onClose={() => change({ open: undefined })}
        />
      )}
      {search.add === 1 && mayCreate && (
        <Suspense fallback={null}>
          <CreateDialog keyId={search.keyId} onClose={() => change({ add: undefined })} />
        </Suspense>
      )}
    </Page>
  );
}

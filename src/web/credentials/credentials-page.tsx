import { Button } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { Plus } from 'lucide-react';
import { lazy, Suspense, useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useAllowed } from '../accounts/use-allowed.ts';
import { Page } from '../ui/page.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { type CredentialId, isCredentialId } from './credential.ts';
import { KeyList } from './key-list.tsx';
import { useKeys } from './key-queries.ts';
import type { KeysSearch } from './keys-search.ts';
import { KeysToolbar } from './keys-toolbar.tsx';
import { KeyPanel } from './panel/key-panel.tsx';
import { PHONE } from './screen.ts';
import { useKeysSearch } from './use-keys-search.ts';
import { useSelection } from './use-selection.ts';

const AddKeyDialog = lazy(() => import('./add/add-key-dialog.tsx'));

/** All keys of the workspace: find, add, copy, test, change, trash. The address carries the state. */
export default function CredentialsPage() {
  const { t } = useTranslation('credentials');
  const { search, change } = useKeysSearch();
  const selection = useSelection();
  const keys = useKeys(search);
  const toolbar = useRef<HTMLDivElement>(null);
  const mayAdd = useAllowed('credential:create');
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });

  const openAdd = useCallback(() => change({ add: 1 }, { isNewEntry: true }), [change]);
  const open = useCallback((id: CredentialId) => change({ key: id }, { isNewEntry: true }), [change]);
  useHotkeys([
    ['/', () => toolbar.current?.querySelector<HTMLInputElement>('input[type="search"]')?.focus()],
    ['n', () => mayAdd && openAdd()],
  ]);

  /** What can be done with ticked keys differs between list and trash, so going from one to the other unticks them. */
  const changeFilters = (patch: KeysSearch) => {
    if ('status' in patch && (patch.status === 'trashed') !== (search.status === 'trashed')) selection.clear();
    change(patch);
  };

  const openId = isCredentialId(search.key) ? search.key : null;
  const loaded = keys.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title={t('page.title')}
      lead={t('page.sentence')}
      action={
        mayAdd && (
          <Button leftSection={<Plus size={16} aria-hidden />} onClick={openAdd} aria-keyshortcuts="n">
            {t('page.add')}
          </Button>
        )
      }
    >
      <div ref={toolbar}>
        <KeysToolbar search={search} onChange={changeFilters} />
      </div>
      <KeyList
        keys={keys}
        search={search}
        selection={selection}
        openId={openId}
        isPhone={isPhone}
        onOpen={open}
        onAdd={openAdd}
        onChange={changeFilters}
      />
      <BulkBar selection={selection} isTrash={search.status === 'trashed'} />
      {openId !== null && (
        <KeyPanel
          key={openId}
          id={openId}
          inList={loaded.find((credential) => credential.id === openId)}
          onClose={() => change({ key: undefined })}
          onOpen={open}
        />
      )}
      {search.add === 1 && mayAdd && (
        <Suspense fallback={null}>
          <AddKeyDialog
            providerId={search.provider ?? null}
            onClose={() => change({ add: undefined })}
            onOpen={(id) => change({ add: undefined, key: id })}
          />
        </Suspense>
      )}
    </Page>
  );
}

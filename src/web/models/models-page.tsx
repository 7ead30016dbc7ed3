import { Button } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { ArrowRightLeft, Tag } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PHONE } from '../credentials/screen.ts';
import { Page } from '../ui/page.tsx';
import { CompareBar } from './compare-bar.tsx';
import { useCurrency } from './currency.ts';
import { modelKey } from './model.ts';
import { ModelList } from './model-list.tsx';
import { useModels } from './model-queries.ts';
import { COMPARED_MAX, type ModelsPanel } from './models-search.ts';
import { ModelsToolbar } from './models-toolbar.tsx';
import { useModelsSearch } from './use-models-search.ts';

const AliasesPanel = lazy(() => import('./aliases/aliases-panel.tsx'));
const CompareSheet = lazy(() => import('./compare-sheet.tsx'));
const ModelPanel = lazy(() => import('./model-panel.tsx'));
const OwnPricesPanel = lazy(() => import('./own-prices/own-prices-panel.tsx'));

/** Every model of every provider: search, compare prices, copy an ID. The address carries filters and comparison. */
export default function ModelsPage() {
  const { t } = useTranslation('models');
  const { search, change } = useModelsSearch();
  const [currency, setCurrency] = useCurrency();
  const models = useModels(search);
  const [isComparing, setIsComparing] = useState(false);
  const toolbar = useRef<HTMLDivElement>(null);
  const isPhone = useMediaQuery(PHONE, false, { getInitialValueInEffect: false });
  useHotkeys([['/', () => toolbar.current?.querySelector<HTMLInputElement>('input[type="search"]')?.focus()]]);

  const compared = search.compare ?? [];
  const toggle = (name: string) => {
    const next = compared.includes(name) ? compared.filter((other) => other !== name) : [...compared, name];
    change({ compare: next.slice(0, COMPARED_MAX) });
  };
  return (
    <Page
      title={t('page.title')}
      lead={t('page.sentence')}
      action={<PanelButtons onOpen={(panel) => change({ panel }, { isNewEntry: true })} />}
    >
      <div ref={toolbar}>
        <ModelsToolbar
          search={search}
          facets={models.data?.pages[0]?.facets}
          currency={currency}
          onChange={change}
          onCurrency={setCurrency}
        />
      </div>
      <ModelList
        models={models}
        search={search}
        currency={currency}
        isPhone={isPhone}
        onCompare={(model) => toggle(modelKey(model))}
        onOpen={(model) => change({ model: modelKey(model) }, { isNewEntry: true })}
        onChange={change}
      />
      <CompareBar
        names={compared}
        onRemove={toggle}
        onClear={() => change({ compare: [] })}
        onOpen={() => setIsComparing(true)}
      />
      <Suspense fallback={null}>
        {search.panel === 'prices' && <OwnPricesPanel onClose={() => change({ panel: undefined })} />}
        {search.panel === 'aliases' && <AliasesPanel onClose={() => change({ panel: undefined })} />}
        {search.model !== undefined && (
          <ModelPanel
            name={search.model}
            inList={models.data?.pages.flatMap((page) => page.items).find((model) => modelKey(model) === search.model)}
            currency={currency}
            onClose={() => change({ model: undefined })}
          />
        )}
        {isComparing && compared.length > 0 && (
          <CompareSheet names={compared} currency={currency} onRemove={toggle} onClose={() => setIsComparing(false)} />
        )}
      </Suspense>
    </Page>
  );
}

/** What the workspace adds to the catalogue: prices of its own, and other names for models. */
function PanelButtons({ onOpen }: { onOpen: (panel: ModelsPanel) => void }) {
  const { t } = useTranslation('models');
  return (
    <Button.Group>
      <Button variant="default" leftSection={<Tag size={15} aria-hidden />} onClick={() => onOpen('prices')}>
        {t('ownPrice.listTitle')}
      </Button>
      <Button
        variant="default"
        leftSection={<ArrowRightLeft size={15} aria-hidden />}
        onClick={() => onOpen('aliases')}
      >
        {t('aliases.title')}
      </Button>
    </Button.Group>
  );
}

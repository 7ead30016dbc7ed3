import { Anchor, Skeleton } from '@mantine/core';
import { ExternalLink, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useProviders } from '../credentials/key-queries.ts';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { SidePanel } from '../ui/side-panel.tsx';
import { noteModelCopied } from './copied-model.ts';
import type { Currency } from './currency.ts';
import { Deprecation } from './deprecation.tsx';
import { type Model, splitModelKey } from './model.ts';
import { type ModelFact, useModelFacts } from './model-facts.tsx';
import classes from './model-panel.module.css';
import { useComparedModels } from './model-queries.ts';
import { ModelSnippets } from './model-snippets.tsx';
import { OwnPriceSection } from './own-prices/own-price-section.tsx';

interface ModelPanelProps {
  /** `provider/model`. */
  name: string;
  /** The row of the list; without one the model is asked for. */
  inList: Model | undefined;
  currency: Currency;
  onClose: () => void;
}

/** Everything the catalogue says about one model, and how to call it. */
export default function ModelPanel({ name, inList, currency, onClose }: ModelPanelProps) {
  const { t } = useTranslation('models');
  const { nameOf } = useProviders();
  const [asked] = useComparedModels(inList === undefined ? [name] : []);
  const model = inList ?? asked?.model ?? null;
  const { provider, id } = splitModelKey(name) ?? { provider: '', id: name };
  return (
    <SidePanel
      isOpen
      onClose={onClose}
      title={
        <span className={classes.title}>
          <ProviderMark providerId={provider} name={nameOf(provider)} size={28} />
          <span className={classes.titleWords}>
            {model?.name ?? id}
            <span className={classes.provider}>{nameOf(provider)}</span>
          </span>
        </span>
      }
    >
      {model !== null && <Details model={model} currency={currency} />}
      {model === null && asked?.isLoading === true && <Skeleton height={360} radius="md" />}
      {model === null && asked?.isLoading === false && asked.error !== null && <ErrorState error={asked.error} />}
      {model === null && asked?.isLoading === false && asked.error === null && (
        <EmptyState icon={SearchX} title={t('compare.missing')} text={t('detail.missingHint')} />
      )}
    </SidePanel>
  );
}

function Details({ model, currency }: { model: Model; currency: Currency }) {
  const { t } = useTranslation('models');
  const { find } = useProviders();
  const facts = useModelFacts(currency);
  const { id, provider } = model;
  const docsUrl = find(provider)?.docsUrl ?? null;
  const ofGroup = (group: ModelFact['group']) => facts.filter((fact) => fact.group === group);
  return (
    <div className={classes.sections}>
      <div className={classes.idLine}>
        <code className={classes.id} translate="no">
          {id}
        </code>
        <CopyButton value={id} label={t('row.copy', { id })} name={id} onCopied={noteModelCopied} />
        <Deprecation model={model} />
      </div>
      <Facts facts={ofGroup('abilities')} model={model} />
      <section>
        <h3 className={classes.heading}>{t('detail.prices')}</h3>
        <Facts facts={ofGroup('prices')} model={model} />
        <OwnPriceSection model={model} />
      </section>
      <ModelSnippets model={model} />
      <Facts facts={ofGroup('origin')} model={model} />
      {docsUrl !== null && (
        <Anchor href={docsUrl} target="_blank" rel="noreferrer" size="sm">
          {t('detail.console')} <ExternalLink size={12} aria-hidden />
        </Anchor>
      )}
    </div>
  );
}

function Facts({ facts, model }: { facts: readonly ModelFact[]; model: Model }) {
  return (
    <dl className={classes.facts}>
      {facts.map((fact) => (
        <div key={fact.label} className={classes.fact}>
          <dt>{fact.label}</dt>
          <dd>{fact.show(model)}</dd>
        </div>
      ))}
    </dl>
  );
}

import { Anchor } from '@mantine/core';
import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useProviders } from '../credentials/key-queries.ts';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { SidePanel } from '../ui/side-panel.tsx';
import type { Currency } from './currency.ts';
import { Deprecation } from './deprecation.tsx';
import type { Model } from './model.ts';
import { type ModelFact, useModelFacts } from './model-facts.tsx';
import classes from './model-panel.module.css';
import { ModelSnippets } from './model-snippets.tsx';

interface ModelPanelProps {
  model: Model;
  currency: Currency;
  onClose: () => void;
}

/** Everything the catalogue says about one model, and how to call it. */
export default function ModelPanel({ model, currency, onClose }: ModelPanelProps) {
  const { t } = useTranslation('models');
  const { find, nameOf } = useProviders();
  const facts = useModelFacts(currency);
  const { id, provider } = model;
  const docsUrl = find(provider)?.docsUrl ?? null;
  const ofGroup = (group: ModelFact['group']) => facts.filter((fact) => fact.group === group);
  return (
    <SidePanel
      isOpen
      onClose={onClose}
      title={
        <span className={classes.title}>
          <ProviderMark providerId={provider} name={nameOf(provider)} size={28} />
          <span className={classes.titleWords}>
            {model.name}
            <span className={classes.provider}>{nameOf(provider)}</span>
          </span>
        </span>
      }
    >
      <div className={classes.sections}>
        <div className={classes.idLine}>
          <code className={classes.id} translate="no">
            {id}
          </code>
          <CopyButton value={id} label={t('row.copy', { id })} name={id} />
          <Deprecation model={model} />
        </div>
        <Facts facts={ofGroup('abilities')} model={model} />
        <section>
          <h3 className={classes.heading}>{t('detail.prices')}</h3>
          <Facts facts={ofGroup('prices')} model={model} />
        </section>
        <ModelSnippets model={model} />
        <Facts facts={ofGroup('origin')} model={model} />
        {docsUrl !== null && (
          <Anchor href={docsUrl} target="_blank" rel="noreferrer" size="sm">
            {t('detail.console')} <ExternalLink size={12} aria-hidden />
          </Anchor>
        )}
      </div>
    </SidePanel>
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

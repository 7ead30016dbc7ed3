import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { mainInterface } from '../../providers/base-url.ts';
import { findProvider } from '../../providers/providers.ts';
import { CopyButton } from '../ui/copy.tsx';
import type { Model } from './model.ts';
import classes from './model-panel.module.css';
import { snippetsOf } from './snippets.ts';

const FALLBACK_VARIABLE = 'API_KEY';

/** Calls to paste, for models that answer to text; the others have no call worth a snippet. */
export function ModelSnippets({ model }: { model: Model }) {
  const { t } = useTranslation('models');
  const facts = findProvider(model.provider);
  const isEmbedding = model.categories.includes('embedding');
  if (facts === undefined || !(isEmbedding || model.categories.includes('chat'))) return null;
  const { dialect, access } = mainInterface(facts);
  if (dialect === null) return null;
  // A provider without a host of its own (a resource, a custom host) is shown with an example of one.
  const baseUrl = access.baseUrl.includes('{') ? facts.baseUrlExample : access.baseUrl;
  if (baseUrl === undefined) return null;
  const variable = facts.environment.secret[0] ?? FALLBACK_VARIABLE;
  const authHeader = { name: access.auth.name, isBearer: access.auth.kind === 'bearer' };
  const snippets = snippetsOf({ modelId: model.id, dialect, baseUrl, authHeader, variable, isEmbedding });
  const [first] = snippets;
  if (first === undefined) return null;
  return (
    <section>
      <h3 className={classes.heading}>{t('detail.snippets')}</h3>
      <Tabs defaultValue={first.name} key={model.id}>
        <Tabs.List mb={8}>
          {snippets.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(({ name, text }) => (
          <Tabs.Panel key={name} value={name}>
            <div className={classes.snippet}>
              <pre translate="no">{text}</pre>
              <span className={classes.snippetCopy}>
                <CopyButton value={text} label={t('detail.copySnippet')} name={name} />
              </span>
            </div>
          </Tabs.Panel>
        ))}
      </Tabs>
      <p className={classes.hint}>{t('detail.snippetHint', { variable })}</p>
    </section>
  );
}

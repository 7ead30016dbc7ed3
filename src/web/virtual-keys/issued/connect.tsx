import { useTranslation } from 'react-i18next';
import { useLocale } from '../../locales/use-locale.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { joinSentences } from '../../ui/sentences.ts';
import { SnippetTabs } from '../../ui/snippets.tsx';
import type { VirtualKey } from '../virtual-key.ts';
import { baseUrlsOf, connectSnippets } from './connect-snippets.ts';
import classes from './issued.module.css';
import { useExampleModels } from './use-example-models.ts';

interface ConnectProps {
  virtualKey: VirtualKey;
  /** Given while the secret is known: copied snippets hold it. On the screen stands the preview. */
  readSecret?: () => string;
}

/** Base URLs and ready snippets that point a tool at the gateway. */
export function Connect({ virtualKey, readSecret }: ConnectProps) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const models = useExampleModels(virtualKey);
  const { origin } = window.location;
  const { preview } = virtualKey;
  const urls = baseUrlsOf(origin);
  const kinds = [
    { dialect: 'openai-chat', label: t('connect.forOpenAi') },
    { dialect: 'anthropic-messages', label: t('connect.forAnthropic') },
    { dialect: 'gemini', label: t('connect.forGemini') },
  ] as const;
  const shown = connectSnippets({ origin, secret: preview, models });
  const tabs = shown.map((snippet, index) => ({
    ...snippet,
    ...(readSecret === undefined
      ? {}
      : {
          readSecretText: () => connectSnippets({ origin, secret: readSecret(), models })[index]?.text ?? '',
        }),
  }));
  return (
    <div className={classes.connect}>
      <dl className={classes.urls}>
        {kinds
          .filter(({ dialect }) => models[dialect] !== undefined)
          .map(({ dialect, label }) => (
            <div key={dialect} className={classes.url}>
              <dt>{label}</dt>
              <dd>
                <code translate="no">{urls[dialect]}</code>
                <CopyButton
                  value={urls[dialect]}
                  label={t('connect.copyBaseUrl', { name: label })}
                  name={urls[dialect]}
                  size={24}
                />
              </dd>
            </div>
          ))}
      </dl>
      <SnippetTabs tabs={tabs} copyLabel={(name) => t('connect.copySnippet', { name })} />
      <p className={classes.hint}>
        {joinSentences(
          [
            readSecret === undefined ? t('connect.secretOut', { placeholder: preview }) : t('connect.secretIn'),
            t('connect.model'),
          ],
          locale,
        )}
      </p>
    </div>
  );
}

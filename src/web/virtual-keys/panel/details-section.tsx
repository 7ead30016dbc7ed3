import { useTranslation } from 'react-i18next';
import { ExpiryHint } from '../../credentials/expiry-hint.tsx';
import shared from '../../credentials/panel/panel.module.css';
import { Section } from '../../credentials/panel/section.tsx';
import { TagList } from '../../credentials/tag-list.tsx';
import { useLocale } from '../../locales/use-locale.ts';
import { formatDay, Time } from '../../ui/time.tsx';
import type { VirtualKey } from '../virtual-key.ts';
import { Fact } from './limits-section.tsx';

export function DetailsSection({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const { owner, expiresAt, tags, note, createdAt } = virtualKey;
  const none = <span className={shared.empty}>{t('panel.none')}</span>;
  return (
    <Section title={t('panel.details')}>
      <dl className={`${shared.box} ${shared.facts}`}>
        <Fact label={t('panel.owner')}>{owner?.label ?? t('row.noOwner')}</Fact>
        <Fact label={t('panel.expiry')}>
          {expiresAt === null ? (
            <span className={shared.empty}>{t('panel.never')}</span>
          ) : (
            <>
              {formatDay(expiresAt, locale)} <ExpiryHint credential={virtualKey} />
            </>
          )}
        </Fact>
        <Fact label={t('panel.tags')}>{tags.length === 0 ? none : <TagList tags={tags} />}</Fact>
        <Fact label={t('panel.note')}>{note === '' ? none : <span className={shared.shownValue}>{note}</span>}</Fact>
        <Fact label={t('panel.created')}>
          <Time value={createdAt} />
        </Fact>
      </dl>
    </Section>
  );
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import shared from '../../credentials/panel/panel.module.css';
import { Section } from '../../credentials/panel/section.tsx';
import { useLocale } from '../../locales/use-locale.ts';
import { Mono } from '../../ui/mono.tsx';
import type { VirtualKey } from '../virtual-key.ts';
import classes from './panel.module.css';

/** What a virtual key may do, beside its budgets. */
export function LimitsSection({ virtualKey }: { virtualKey: VirtualKey }) {
  const { t } = useTranslation('virtualKeys');
  const locale = useLocale();
  const { models, rpm, tpm, maxConcurrent, runningCalls, ipAllowList, blockUnpriced, onDisconnect } = virtualKey;
  const none = (words: string) => <span className={shared.empty}>{words}</span>;
  const number = (value: number | null) =>
    value === null ? none(t('panel.noLimit')) : new Intl.NumberFormat(locale).format(value);
  return (
    <Section title={t('panel.limits')}>
      <dl className={`${shared.box} ${shared.facts}`}>
        <Fact label={t('panel.models')}>{models === null ? none(t('panel.anyModel')) : <Chips values={models} />}</Fact>
        <Fact label={t('panel.rpm')}>{number(rpm)}</Fact>
        <Fact label={t('panel.tpm')}>{number(tpm)}</Fact>
        <Fact label={t('panel.maxConcurrent')}>
          {number(maxConcurrent)}
          {runningCalls > 0 && <span> · {t('panel.running', { count: runningCalls })}</span>}
        </Fact>
        <Fact label={t('panel.ips')}>
          {ipAllowList === null ? none(t('panel.anyIp')) : <Chips values={ipAllowList} />}
        </Fact>
        <Fact label={t('panel.unpriced')}>
          {blockUnpriced ? t('panel.unpricedBlocked') : t('panel.unpricedAllowed')}
        </Fact>
        <Fact label={t('panel.disconnect')}>{t(`panel.${onDisconnect}`)}</Fact>
      </dl>
    </Section>
  );
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={shared.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Chips({ values }: { values: readonly string[] }) {
  return (
    <span className={classes.chips}>
      {values.map((value) => (
        <Mono key={value}>{value}</Mono>
      ))}
    </span>
  );
}

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Count } from '../ui/numbers.tsx';
import classes from './overview.module.css';
import type { Overview } from './overview-page.tsx';

interface FigureProps {
  label: string;
  value: number;
  note: string;
  tone?: 'attention';
  link: (children: ReactNode) => ReactNode;
}

function Figure({ label, value, note, tone, link }: FigureProps) {
  return link(
    <>
      <span className={classes.figureLabel}>{label}</span>
      <span className={classes.figureValue} data-tone={tone}>
        <Count value={value} />
      </span>
      <span className={classes.figureNote}>{note}</span>
    </>,
  );
}

/** Four numbers that say how the vault is. Each leads to the page behind it. */
export function Figures({ overview }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  const { keys, needAttention, providersUsed, modelsKnown } = overview;
  const attention = needAttention.length;
  return (
    <div className={classes.figures}>
      <Figure
        label={t('figures.keys')}
        value={keys.total}
        note={t('figures.valid', { count: keys.byStatus.valid ?? 0 })}
        link={(children) => (
          <Link to="/keys" className={classes.figure}>
            {children}
          </Link>
        )}
      />
      <Figure
        label={t('figures.attention')}
        value={attention}
        note={t(attention === 0 ? 'figures.allGood' : 'figures.look')}
        {...(attention === 0 ? {} : { tone: 'attention' as const })}
        link={(children) => (
          <a href="#attention" className={classes.figure}>
            {children}
          </a>
        )}
      />
      <Figure
        label={t('figures.providers')}
        value={providersUsed}
        note={t('figures.withKeys')}
        link={(children) => (
          <Link to="/providers" className={classes.figure}>
            {children}
          </Link>
        )}
      />
      <Figure
        label={t('figures.models')}
        value={modelsKnown}
        note={t('figures.inCatalogue')}
        link={(children) => (
          <Link to="/models" className={classes.figure}>
            {children}
          </Link>
        )}
      />
    </div>
  );
}

import { type ReactNode, useId } from 'react';
import settings from '../../settings/settings.module.css';
import classes from './policy.module.css';

interface CardProps {
  title: string;
  lead: string;
  /** Stands at the right of the title. */
  action?: ReactNode;
  children?: ReactNode;
}

export function Card({ title, lead, action, children }: CardProps) {
  const id = useId();
  return (
    <section className={settings.card} aria-labelledby={id}>
      <header className={children === undefined ? `${settings.cardHeader} ${classes.alone}` : settings.cardHeader}>
        <div>
          <h2 id={id}>{title}</h2>
          <p>{lead}</p>
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}

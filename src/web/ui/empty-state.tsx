import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './states.module.css';

interface EmptyStateProps {
  icon: LucideIcon;
  /** What is not here yet. */
  title: string;
  /** What the thing is for. */
  text: ReactNode;
  /** The first step. */
  action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, text, action }: EmptyStateProps) {
  return (
    <section className={classes.empty}>
      <span className={classes.emptyIcon}>
        <Icon size={22} strokeWidth={1.75} aria-hidden />
      </span>
      <h2 className={classes.title}>{title}</h2>
      <p className={classes.text}>{text}</p>
      {action !== undefined && <div className={classes.action}>{action}</div>}
    </section>
  );
}

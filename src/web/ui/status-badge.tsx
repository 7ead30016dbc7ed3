import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './status-badge.module.css';

export type StatusTone = 'good' | 'attention' | 'bad' | 'unknown';

interface StatusBadgeProps {
  tone: StatusTone;
  icon: LucideIcon;
  /** The word; colour and icon alone never carry the meaning. */
  children: ReactNode;
}

export function StatusBadge({ tone, icon: Icon, children }: StatusBadgeProps) {
  return (
    <span className={classes.badge} data-tone={tone}>
      <Icon size={13} strokeWidth={2.25} aria-hidden />
      {children}
    </span>
  );
}

import type { ReactNode } from 'react';
import classes from './mono.module.css';

/** Fixed-width text in a chip. Brass is kept for what stands for a secret: previews. */
export function Mono({ children, tone = 'plain' }: { children: ReactNode; tone?: 'plain' | 'secret' }) {
  return (
    <code className={classes.mono} data-tone={tone} translate="no">
      {children}
    </code>
  );
}

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { CredentialStatusBadge } from '../credentials/credential-status.tsx';
import { ProviderMark } from '../providers/provider-mark.tsx';
import { Mono } from '../ui/mono.tsx';
import classes from './overview.module.css';
import type { Overview } from './overview-page.tsx';

/** One key in a short list; opens its panel on the keys page. */
export function KeyLine({ credential, note }: { credential: Overview['recentKeys'][number]; note: ReactNode }) {
  return (
    <li>
      <Link to="/keys" search={{ key: credential.id }} className={classes.line}>
        <ProviderMark providerId={credential.provider} name={credential.provider} size={20} />
        <span className={classes.lineName}>{credential.name}</span>
        <span className={classes.linePreview}>
          <Mono tone="secret">{credential.preview}</Mono>
        </span>
        <span className={classes.lineNote}>{note}</span>
        <span>
          <CredentialStatusBadge status={credential.status} />
        </span>
      </Link>
    </li>
  );
}

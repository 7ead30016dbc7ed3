import {
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  Gauge,
  type LucideIcon,
  TimerOff,
  Unplug,
  WalletMinimal,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CredentialStatus } from '../../contract/vocabulary.ts';
import { StatusBadge, type StatusTone } from '../ui/status-badge.tsx';

const looks = {
  untested: { tone: 'unknown', icon: CircleDashed },
  valid: { tone: 'good', icon: CircleCheck },
  invalid: { tone: 'bad', icon: CircleX },
  no_quota: { tone: 'attention', icon: WalletMinimal },
  rate_limited: { tone: 'attention', icon: Gauge },
  unreachable: { tone: 'attention', icon: Unplug },
  unknown: { tone: 'unknown', icon: CircleHelp },
  expired: { tone: 'bad', icon: TimerOff },
  unreadable: { tone: 'bad', icon: CircleX },
} as const satisfies Record<CredentialStatus, { tone: StatusTone; icon: LucideIcon }>;

/** What is known about a key, as colour, icon and word. */
export function CredentialStatusBadge({ status }: { status: CredentialStatus }) {
  const { t } = useTranslation('credentials');
  const { tone, icon } = looks[status];
  return (
    <StatusBadge tone={tone} icon={icon}>
      {t(`status.${status}`)}
    </StatusBadge>
  );
}

import { Ban, CircleCheck, type LucideIcon, TimerOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { VirtualKeyState } from '../../contract/vocabulary.ts';
import { StatusBadge, type StatusTone } from '../ui/status-badge.tsx';

const looks = {
  active: { tone: 'good', icon: CircleCheck },
  expired: { tone: 'attention', icon: TimerOff },
  revoked: { tone: 'unknown', icon: Ban },
} as const satisfies Record<VirtualKeyState, { tone: StatusTone; icon: LucideIcon }>;

/** Whether a virtual key works, as colour, icon and word. */
export function VirtualKeyStateBadge({ state }: { state: VirtualKeyState }) {
  const { t } = useTranslation('virtualKeys');
  const { tone, icon } = looks[state];
  return (
    <StatusBadge tone={tone} icon={icon}>
      {t(`state.${state}`)}
    </StatusBadge>
  );
}

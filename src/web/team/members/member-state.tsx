import { Ban, CircleCheck, Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MemberState } from '../../../contract/vocabulary.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';

const looks = {
  active: { tone: 'good', icon: CircleCheck },
  pending: { tone: 'attention', icon: Clock },
  disabled: { tone: 'unknown', icon: Ban },
} as const;

export function MemberStateBadge({ state }: { state: MemberState }) {
  const { t } = useTranslation('members');
  return <StatusBadge {...looks[state]}>{t(`state.${state}`)}</StatusBadge>;
}

import { Ban, Check, CircleX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '../ui/status-badge.tsx';
import type { AuditEvent } from './audit-queries.ts';

const looks = {
  ok: { tone: 'good', icon: Check },
  denied: { tone: 'attention', icon: Ban },
  error: { tone: 'bad', icon: CircleX },
} as const;

export function ResultBadge({ result }: Pick<AuditEvent, 'result'>) {
  const { t } = useTranslation('audit');
  const { tone, icon } = looks[result];
  return (
    <StatusBadge tone={tone} icon={icon}>
      {t(`result.${result}`)}
    </StatusBadge>
  );
}

import { useTranslation } from 'react-i18next';
import { ApiError } from '../contract/client.ts';
import { errors } from '../contract/errors.ts';
import { useLocale } from './locales/use-locale.ts';

/** Thrown when the person gave up half-way. Nothing failed, so nobody is told. */
export class GivenUp extends Error {}

/** An error in the person's words: what happened, what to do next, and what to quote to an administrator. */
export interface DescribedError {
  text: string;
  next: string;
  requestId: string | null;
  /** The server's own, more precise sentence; it is English, so it is shown as a quotation where that is not read. */
  precise: string | null;
}

/** Words for anything thrown; what is not a refusal of the server is told as `internal`. */
export function useDescribeError(): (error: unknown) => DescribedError {
  const { t } = useTranslation('errors');
  const locale = useLocale();
  return (error) => {
    const code = error instanceof ApiError ? error.code : 'internal';
    const usual = code === 'offline' ? '' : errors[code]?.message;
    const said = error instanceof ApiError && code !== 'offline' && error.message !== usual ? error.message : null;
    const requestId = error instanceof ApiError ? error.requestId : null;
    const known = code in errors || code === 'offline' ? code : 'internal';
    const text = t(`${known}.text`);
    if (locale === 'en' && said !== null) return { text: said, next: t(`${known}.next`), requestId, precise: null };
    return { text, next: t(`${known}.next`), requestId, precise: said };
  };
}

/** The paths of the fields an `invalid_input` or `base_url_refused` names, e.g. `email`. */
export function refusedFields(error: unknown): ReadonlySet<string> {
  const fields = new Set<string>();
  if (!(error instanceof ApiError)) return fields;
  for (const detail of Array.isArray(error.details) ? error.details : [error.details]) {
    if (typeof detail !== 'object' || detail === null) continue;
    if ('path' in detail && typeof detail.path === 'string') fields.add(detail.path);
    if ('field' in detail && typeof detail.field === 'string') fields.add(detail.field);
  }
  return fields;
}

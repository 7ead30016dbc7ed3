import { useSuspenseQuery } from '@tanstack/react-query';
import type { OperationReply } from '../../contract/operation.ts';
import type { Operations } from '../../contract/operations.ts';
import { read } from '../api.ts';

export type Me = OperationReply<Operations['GET /api/me']>;

/** Who is signed in. Only for pages under `/app`, whose route has loaded it. */
export function useMe(): Me {
  return useSuspenseQuery(read('GET /api/me')).data;
}

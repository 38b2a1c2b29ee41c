import { besideGiven, propagationHeaders } from '../context/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Answer } from './answer.ts';
import type { PreparedRequest } from './request.ts';

/**
 * Gives each attempt its own headers: the ids of the request being served with a new span id, where they may go, and
 * `X-Retry-Attempt` (1 for the first retry). Headers that the caller wrote stay as they are, and ours do not contradict them.
 */
export const attemptHeaders: Policy<PreparedRequest, Answer> = (next) => (request, call) => {
  const { record, propagate, decided } = request;
  const ids =
    record !== undefined && propagate
      ? besideGiven(propagationHeaders(record, 'undici'), decided)
      : undefined;
  const retry = call.attempt > 1 ? { 'x-retry-attempt': String(call.attempt - 1) } : undefined;
  if (ids === undefined && retry === undefined) return next(request, call);
  return next({ ...request, headers: { ...ids, ...request.headers, ...retry } }, call);
};

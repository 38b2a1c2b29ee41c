import {
  besideGiven,
  isPropagationHeader,
  propagationHeaders,
  RETRY_ATTEMPT_HEADER,
} from '../context/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Answer } from './answer.ts';
import type { PreparedRequest } from './request.ts';

/** A state says nothing without the trace that it belongs to, and must not stand beside another one. */
const withoutLoneState = (headers: PreparedRequest['headers']): PreparedRequest['headers'] => {
  const { tracestate, ...others } = headers;
  return tracestate === undefined || headers.traceparent !== undefined ? headers : others;
};

/** The baggage of the request being served, where it goes along. */
export const baggageOf = ({ record, propagate, decided }: PreparedRequest): string | undefined =>
  propagate && record?.propagation !== 'never' && !decided.has('baggage') ? record?.baggage : undefined;

/** Whether a header, its name in lower case, differs with each request, and tells nobody apart. */
export const isTransient = (name: string): boolean =>
  name === RETRY_ATTEMPT_HEADER || (isPropagationHeader(name) && name !== 'baggage');

/**
 * Gives each attempt its own headers: the ids of the request being served with a new span id, where they may go, and
 * `X-Retry-Attempt` (1 for the first retry). Headers that the caller wrote stay as they are, and ours do not contradict
 * them; only a `tracestate` without a `traceparent` is left out.
 */
export const attemptHeaders: Policy<PreparedRequest, Answer> = (next) => (request, call) => {
  const { record, propagate, decided } = request;
  const ids =
    record !== undefined && propagate
      ? besideGiven(propagationHeaders(record, 'undici'), decided)
      : undefined;
  const retry = call.attempt > 1 ? { [RETRY_ATTEMPT_HEADER]: String(call.attempt - 1) } : undefined;
  if (ids === undefined && retry === undefined) return next(request, call);
  const given = ids === undefined ? request.headers : withoutLoneState(request.headers);
  return next({ ...request, headers: { ...ids, ...given, ...retry } }, call);
};

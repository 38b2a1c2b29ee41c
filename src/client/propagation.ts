import {
  besideGiven,
  isPropagationHeader,
  propagationHeaders,
  RETRY_ATTEMPT_HEADER,
} from '../context/index.ts';
import type { RequestHeaders } from './headers.ts';
import type { PreparedRequest } from './request.ts';

/** A state says nothing without the trace that it belongs to, and must not stand beside another one. */
const withoutLoneState = (headers: RequestHeaders): RequestHeaders => {
  if (headers.tracestate === undefined || headers.traceparent !== undefined) return headers;
  const { tracestate: _lone, ...others } = headers;
  return others;
};

/** The baggage of the request being served, where it goes along. */
export const baggageOf = ({ record, propagate, decided }: PreparedRequest): string | undefined =>
  propagate && record?.propagation !== 'never' && !decided.has('baggage') ? record?.baggage : undefined;

/** Whether a header, its name in lower case, differs with each request, and tells nobody apart. */
export const isTransient = (name: string): boolean =>
  name === RETRY_ATTEMPT_HEADER || (isPropagationHeader(name) && name !== 'baggage');

/**
 * The headers of one attempt: the ids of the request being served with a new span id, where they may go, and
 * `X-Retry-Attempt` (1 for the first retry). Headers that the caller wrote stay as they are, and ours do not contradict
 * them; only a `tracestate` without a `traceparent` is left out.
 */
export const attemptHeaders = (request: PreparedRequest, attempt: number): RequestHeaders => {
  const { record, propagate, decided, headers } = request;
  const speaks = record !== undefined && propagate;
  if (!speaks && attempt === 1) return headers;
  const all: Record<string, string> = speaks
    ? besideGiven(propagationHeaders(record, 'undici'), decided)
    : {};
  Object.assign(all, speaks ? withoutLoneState(headers) : headers);
  if (attempt > 1) all[RETRY_ATTEMPT_HEADER] = String(attempt - 1);
  return all;
};

import type { Logger } from 'pino';
import { contextOf } from '../context/index.ts';
import type { RequestFailed, RequestLate } from '../events/index.ts';
import { readSafely } from '../kernel/index.ts';
import { describeError, type ErrorRecord, pathOf, secretsOf } from '../redaction/index.ts';
import { type FailureKind, failureKey, typeOf } from './collapse.ts';
import { onBehalfOf } from './context-fields.ts';
import { isTaken, printFlight } from './flight-recorder.ts';
import type { ReadInput } from './input.ts';
import { methodOf } from './method.ts';
import { routeOf } from './route.ts';
import type { Throttle } from './throttle.ts';

/** What failure records are written by. */
export interface FailureLines {
  readonly log: Logger;
  readonly readInput: ReadInput;
  readonly collapse: Throttle<FailureKind> | undefined;
}

/**
 * Leaves a short error without a stack on the response, where pino-http looks for one: an instance of the app's own makes
 * one up for each 5xx otherwise, with a stack from inside itself.
 */
const leaveBrief = (request: object, { message }: ErrorRecord, code: string): void => {
  const response = readSafely(request, 'res');
  if (typeof response !== 'object' || response === null || readSafely(response, 'err') !== undefined) return;
  const brief = Object.assign(new Error(message), { code });
  Object.defineProperty(brief, 'stack', { value: undefined });
  Reflect.defineProperty(response, 'err', { value: brief, configurable: true, writable: true });
};

const record = ({ log, readInput }: FailureLines, event: RequestFailed, err: ErrorRecord): void => {
  const { request, status, code, kind } = event;
  const technical = kind === 'technical';
  const line = onBehalfOf(contextOf(request), {
    event: 'http.server.request.exception',
    kind,
    status,
    code,
    method: methodOf(request),
    path: pathOf(request),
    route: routeOf(request),
    input: readInput(request),
    err,
  });
  if (technical) printFlight(log, contextOf(request));
  log[technical ? 'error' : 'info'](line, `request ${technical ? 'failed' : 'refused'}: ${status} ${code}`);
};

/** The record of a failed request: with stack and causes where it failed technically, unless it is one of many. */
export const logFailure = (lines: FailureLines, event: RequestFailed): void => {
  const { request, error, status, code, kind } = event;
  const technical = kind === 'technical';
  const err = describeError(error, { stack: technical, secrets: secretsOf(request) });
  if (technical) leaveBrief(request, err, code);
  if (technical && lines.collapse !== undefined) {
    const about = { type: typeOf(error), code, status, route: routeOf(request) };
    if (!lines.collapse.admit(failureKey(about, error), about)) return;
  }
  record(lines, event, err);
};

/** Tells how many identical failures had no record of their own. */
export const logSuppressedFailures = (log: Logger, about: FailureKind, suppressed: number): void => {
  const line = onBehalfOf(undefined, {
    event: 'http.server.request.exception.suppressed',
    ...about,
    suppressed,
  });
  log.error(line, `${suppressed} more requests failed in the same way: ${about.status} ${about.code}`);
};

/** What a handler threw after its request had been answered: nothing came of it. */
export const logLate = (log: Logger, { request, error }: RequestLate): void => {
  if (!isTaken(log, 'debug')) return;
  const line = onBehalfOf(contextOf(request), {
    event: 'request.late',
    method: methodOf(request),
    path: pathOf(request),
    route: routeOf(request),
    err: describeError(error, { secrets: secretsOf(request) }),
  });
  log.debug(line, 'an error came after the answer');
};

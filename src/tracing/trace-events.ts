import { contextOf, tryGetContext } from '../context/index.ts';
import {
  type AttemptFailed,
  type AttemptHedged,
  type CircuitChanged,
  type ClientReconfigured,
  type DependencyPaused,
  type EventHub,
  type EventName,
  type FallbackServed,
  hubLike,
  type RequestFailed,
  type RetriesSpent,
  type StaleServed,
} from '../events/index.ts';
import { rejectOption } from '../kernel/index.ts';
import { describeError, type ErrorRecord, scrubLine } from '../redaction/index.ts';
import { type Attributes, recordingSpan } from './span.ts';

const MAX_WORD_LENGTH = 128;
const MAX_STACK_LENGTH = 16_384;

const word = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : scrubLine(text, MAX_WORD_LENGTH);

/** The stack of an error with those of its causes, as one text. */
const stackOf = (error: ErrorRecord): string | undefined => {
  const stacks: string[] = [];
  for (let each: ErrorRecord | undefined = error; each !== undefined; each = each.cause)
    stacks.push(each.stack ?? `${each.type}: ${each.message}`);
  return stacks.join('\nCaused by: ').slice(0, MAX_STACK_LENGTH);
};

/**
 * A technical failure, as the conventions for exceptions on spans have it. A business error leaves the span of a server
 * as it is: the status of an answer with 4xx "MUST be left unset", and `error.type` is for requests that ended in an error.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 */
const traceFailure = ({ request, error, code, kind }: RequestFailed): void => {
  if (kind !== 'technical') return;
  const span = recordingSpan(contextOf(request));
  if (span === undefined) return;
  const described = describeError(error, { stack: true });
  span.addEvent('exception', {
    'exception.type': described.type,
    'exception.message': described.message,
    'exception.stacktrace': stackOf(described),
  });
  span.setAttribute('error.type', word(code) ?? '_OTHER');
  span.fail();
};

/** Writes an event onto the span of the request that runs now; nothing is built where there is none. */
const traceNow = (name: EventName, build: () => Attributes): void => {
  recordingSpan(tryGetContext())?.addEvent(name, build());
};

const traceAttempt = ({ dependency, attempt, maxAttempts, nextWaitMs }: AttemptFailed): void =>
  traceNow('attempt.failed', () => ({
    'breakwater.dependency': word(dependency),
    'breakwater.attempt': attempt.number,
    'breakwater.max_attempts': maxAttempts,
    'breakwater.duration_ms': attempt.durationMs,
    'breakwater.next_wait_ms': nextWaitMs,
    'breakwater.reason': word(attempt.reason),
    'error.type': word(attempt.code),
    'http.response.status_code': attempt.status,
  }));

const traceHedged = ({ dependency, attempt, hedge, afterMs }: AttemptHedged): void =>
  traceNow('attempt.hedged', () => ({
    'breakwater.dependency': word(dependency),
    'breakwater.attempt': attempt,
    'breakwater.hedge': hedge,
    'breakwater.after_ms': afterMs,
  }));

const tracePaused = ({ dependency, key, pauseMs, status }: DependencyPaused): void =>
  traceNow('dependency.paused', () => ({
    'breakwater.dependency': word(dependency),
    'breakwater.pause.key': word(key),
    'breakwater.pause_ms': pauseMs,
    'http.response.status_code': status,
  }));

const traceSpent = ({ dependency, attempts, stopped, durationMs, code }: RetriesSpent): void =>
  traceNow('retries.spent', () => ({
    'breakwater.dependency': word(dependency),
    'breakwater.attempts': attempts,
    'breakwater.duration_ms': durationMs,
    'breakwater.stopped': stopped,
    'error.type': word(code),
  }));

const traceCircuit =
  (name: EventName) =>
  ({ dependency, key, from, to, reason, openMs }: CircuitChanged): void =>
    traceNow(name, () => ({
      'breakwater.dependency': word(dependency),
      'breakwater.circuit.key': word(key),
      'breakwater.circuit.from': from,
      'breakwater.circuit.to': to,
      'breakwater.circuit.open_ms': openMs,
      'breakwater.reason': word(reason),
    }));

const traceStale = ({ dependency, call, ageMs, reason }: StaleServed): void =>
  traceNow('stale.served', () => ({
    'breakwater.dependency': word(dependency),
    'breakwater.call': word(call),
    'breakwater.age_ms': ageMs,
    'breakwater.reason': word(reason),
  }));

const traceFallback = ({ dependency, code }: FallbackServed): void =>
  traceNow('fallback.served', () => ({
    'breakwater.dependency': word(dependency),
    'error.type': word(code),
  }));

const traceReconfigured = ({ dependency, changes }: ClientReconfigured): void =>
  traceNow('client.reconfigured', () => ({
    'breakwater.dependency': word(dependency),
    'breakwater.changed': word(changes.map(({ option }) => option).join(' ')),
  }));

/**
 * Writes what happened onto the OpenTelemetry span of the request, or onto the active one where the request has none: a
 * technical failure as an exception, with the status and `error.type`; failed and hedged attempts, pauses, circuits that change, stale
 * answers and fallbacks as events. Messages and stacks are free of the secrets that log lines are free of. Without an SDK,
 * or where the span does not record, it does nothing.
 *
 * @returns a function that ends it
 * @throws TypeError without a hub
 * @example
 * const end = traceEvents(events);
 */
export const traceEvents = (hub: EventHub): (() => void) => {
  if (!hubLike.type(hub)) rejectOption({ where: 'traceEvents' }, 'hub', hubLike.expects, hub, TypeError);
  const ends = [
    hub.subscribe('request.failed', traceFailure),
    hub.subscribe('attempt.failed', traceAttempt),
    hub.subscribe('attempt.hedged', traceHedged),
    hub.subscribe('retries.spent', traceSpent),
    hub.subscribe('dependency.paused', tracePaused),
    hub.subscribe('circuit.opened', traceCircuit('circuit.opened')),
    hub.subscribe('circuit.half-open', traceCircuit('circuit.half-open')),
    hub.subscribe('circuit.closed', traceCircuit('circuit.closed')),
    hub.subscribe('stale.served', traceStale),
    hub.subscribe('fallback.served', traceFallback),
    hub.subscribe('client.reconfigured', traceReconfigured),
  ];
  return () => {
    for (const end of ends) end();
  };
};

import type { Logger, LoggerOptions } from 'pino';
import { contextOf } from '../context/index.ts';
import {
  type AttemptFailed,
  type CallCompleted,
  type CircuitChanged,
  type EventHub,
  type FallbackServed,
  hubLike,
  type RequestFailed,
  type RequestLate,
  type StaleServed,
} from '../events/index.ts';
import {
  type Check,
  type Clock,
  clockLike,
  readOptions,
  readSafely,
  rejectOption,
  systemClock,
} from '../kernel/index.ts';
import { describeError, pathOf } from '../redaction/index.ts';
import { onBehalfOf } from './context-fields.ts';
import {
  createInputReader,
  INPUT_DEFAULTS,
  inputLike,
  type LogInputOptions,
  type ReadInput,
} from './input.ts';
import { createLogger } from './logger.ts';
import { type LoggerLike, logger as loggerCheck } from './options.ts';
import { routeOf } from './route.ts';
import { createThrottle, type Throttle } from './throttle.ts';

/** Options of `logEvents()`. */
export interface LogEventsOptions {
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** What of a failed request's input its record shows. The parameters of its route are known where `accessLog()` is mounted. @default nothing */
  readonly input?: LogInputOptions | undefined;
}

/** Defaults of `logEvents()`. */
export const LOG_EVENTS_DEFAULTS: Required<LogEventsOptions> = Object.freeze<Required<LogEventsOptions>>({
  clock: systemClock,
  input: INPUT_DEFAULTS,
});

/** A dependency that is down serves stale answers by the thousand; one line in ten seconds says so. */
const REPEAT_WINDOW_MS = 10_000;
const MAX_REPEAT_KEYS = 1_000;

const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;

const logFailure = (
  log: Logger,
  readInput: ReadInput,
  { request, error, status, code, kind }: RequestFailed,
): void => {
  const technical = kind === 'technical';
  const line = onBehalfOf(contextOf(request), {
    event: 'http.server.request.exception',
    kind,
    status,
    code,
    method: readSafely(request, 'method'),
    path: pathOf(request),
    route: routeOf(request),
    input: readInput(request),
    err: describeError(error, { stack: technical }),
  });
  log[technical ? 'error' : 'info'](line, `request ${technical ? 'failed' : 'refused'}: ${status} ${code}`);
};

/** What a handler threw after its request had been answered: nothing came of it. */
const logLate = (log: Logger, { request, error }: RequestLate): void => {
  if (!log.isLevelEnabled('debug')) return;
  const line = onBehalfOf(contextOf(request), {
    event: 'request.late',
    method: readSafely(request, 'method'),
    path: pathOf(request),
    route: routeOf(request),
    err: describeError(error),
  });
  log.debug(line, 'an error came after the answer');
};

const logAttempt = (log: Logger, event: AttemptFailed): void => {
  const { dependency, attempt, maxAttempts, nextWaitMs } = event;
  const { number, reason, code, status, durationMs } = attempt;
  log.warn(
    {
      event: 'attempt.failed',
      dependency,
      attempt: number,
      maxAttempts,
      reason,
      code,
      status,
      durationMs: round(durationMs),
      nextWaitMs: nextWaitMs === undefined ? undefined : round(nextWaitMs),
    },
    `attempt ${number} of ${maxAttempts} failed`,
  );
};

const logCircuit = (log: Logger, { dependency, key, from, to, reason, openMs }: CircuitChanged): void => {
  // A circuit belongs to no request: the one in whose context it moved is there by chance.
  const line = onBehalfOf(undefined, {
    event: `circuit.${CIRCUIT_EVENTS[to]}`,
    dependency,
    key,
    from,
    to,
    reason,
    openMs,
  });
  log[to === 'open' ? 'error' : 'info'](line, `circuit of ${dependency} is ${to}`);
};

const CIRCUIT_EVENTS = Object.freeze({ open: 'opened', 'half-open': 'half-open', closed: 'closed' });

const logStale = (log: Logger, repeats: Throttle, { dependency, call, ageMs, reason }: StaleServed): void => {
  const suppressed = repeats.admit(`stale ${dependency} ${call}`);
  if (suppressed === undefined) return;
  log.warn(
    { event: 'stale.served', dependency, call, ageMs: round(ageMs), reason, suppressed },
    `stale answer of ${dependency} served`,
  );
};

const logFallback = (log: Logger, repeats: Throttle, { dependency, code, error }: FallbackServed): void => {
  const suppressed = repeats.admit(`fallback ${dependency} ${code}`);
  if (suppressed === undefined) return;
  log.warn(
    { event: 'fallback.served', dependency, code, err: describeError(error, { stack: false }), suppressed },
    `fallback for ${dependency} served`,
  );
};

const logCall = (log: Logger, event: CallCompleted): void => {
  if (!log.isLevelEnabled('debug')) return;
  const { dependency, method, outcome, source, status, code, durationMs, journal } = event;
  log.debug(
    {
      event: 'call.completed',
      dependency,
      method,
      outcome,
      source,
      status,
      code,
      durationMs: round(durationMs),
      attempts: journal.attempts.length,
      stopped: journal.stopped,
    },
    `call of ${dependency} completed`,
  );
};

/** They have no defaults: without one of them nothing would be logged, or to a place that nobody chose. */
const checkGiven = (name: string, check: Check, value: unknown): void => {
  if (!check.type(value)) rejectOption({ where: 'logEvents' }, name, check.expects, value, TypeError);
};

/**
 * Writes a line for each event that an operator must see. One record per failed request, with its own ids: technical
 * ones at `error` with stack and causes, business ones and clients that left at `info` without a stack. Failed attempts
 * at `warn`, an opened circuit at `error`, its recovery at `info`, stale answers and fallbacks at `warn` (once in ten
 * seconds each, with the number of those `suppressed` before), completed calls at `debug`.
 *
 * @param logger the logger of `createLogger()`, or what it takes as `logger`
 * @returns a function that ends it
 * @throws TypeError for a bad option, or without a hub or a logger
 */
export const logEvents = (
  hub: EventHub,
  logger: LoggerOptions | LoggerLike,
  options?: LogEventsOptions,
): (() => void) => {
  checkGiven('hub', hubLike, hub);
  checkGiven('logger', loggerCheck, logger);
  const site = { where: 'logEvents' };
  const checks = { clock: clockLike, input: inputLike };
  const { clock, input } = readOptions(site, options, LOG_EVENTS_DEFAULTS, checks);
  const readInput = createInputReader(site, input);
  const log = createLogger({ logger });
  const repeats = createThrottle({ clock, windowMs: REPEAT_WINDOW_MS, maxKeys: MAX_REPEAT_KEYS });
  const circuit = (event: CircuitChanged): void => logCircuit(log, event);
  const ends = [
    hub.subscribe('request.failed', (event) => logFailure(log, readInput, event)),
    hub.subscribe('request.late', (event) => logLate(log, event)),
    hub.subscribe('attempt.failed', (event) => logAttempt(log, event)),
    hub.subscribe('circuit.opened', circuit),
    hub.subscribe('circuit.half-open', circuit),
    hub.subscribe('circuit.closed', circuit),
    hub.subscribe('stale.served', (event) => logStale(log, repeats, event)),
    hub.subscribe('fallback.served', (event) => logFallback(log, repeats, event)),
    hub.subscribe('call.completed', (event) => logCall(log, event)),
  ];
  return () => {
    for (const end of ends) end();
  };
};

import type { Logger, LoggerOptions } from 'pino';
import { type CircuitChanged, type EventHub, hubLike } from '../events/index.ts';
import {
  type Check,
  type Clock,
  clockLike,
  durationMs,
  orFalse,
  readOptions,
  rejectOption,
  systemClock,
} from '../kernel/index.ts';
import {
  logAttempt,
  logCall,
  logCircuit,
  logFallback,
  logHedged,
  logPaused,
  logReconfigured,
  logSpent,
  logStale,
  logSuppressed,
  type Repeated,
} from './call-lines.ts';
import { type CollapseOptions, collapseLike, createCollapse } from './collapse.ts';
import { type FailureLines, logFailure, logLate, logSuppressedFailures } from './failure-lines.ts';
import { createInputReader, INPUT_DEFAULTS, inputLike, type LogInputOptions } from './input.ts';
import { createLogger } from './logger.ts';
import { type LoggerLike, logger as loggerCheck } from './options.ts';
import { createThrottle, type Throttle } from './throttle.ts';

/** Options of `logEvents()`. */
export interface LogEventsOptions {
  /** @default the machine's clock */
  readonly clock?: Clock | undefined;
  /** What of a failed request's input its record shows. The parameters of its route are known where `accessLog()` is mounted. @default nothing */
  readonly input?: LogInputOptions | undefined;
  /** From how long an outbound call counts as slow, in milliseconds; `false`: none does. @default 2_000 */
  readonly slowCallMs?: number | false | undefined;
  /**
   * Writes one record per window for technical failures that are the same (class, code, route and place), and counts the
   * others; `{}` takes the defaults, 10 s and 1 000 kinds. The access line of each request still has its `code`.
   *
   * @default false every failure has its record
   */
  readonly collapse?: CollapseOptions | false | undefined;
}

/** Defaults of `logEvents()`. */
export const LOG_EVENTS_DEFAULTS: Required<LogEventsOptions> = Object.freeze<Required<LogEventsOptions>>({
  clock: systemClock,
  input: INPUT_DEFAULTS,
  slowCallMs: 2_000,
  collapse: false,
});

const checks = {
  clock: clockLike,
  input: inputLike,
  slowCallMs: orFalse(durationMs()),
  collapse: collapseLike,
};

/** A dependency that is down serves stale answers by the thousand; one line in ten seconds says so. */
const REPEAT_WINDOW_MS = 10_000;
const MAX_REPEAT_KEYS = 1_000;

/** They have no defaults: without one of them nothing would be logged, or to a place that nobody chose. */
const checkGiven = (name: string, check: Check, value: unknown): void => {
  if (!check.type(value)) rejectOption({ where: 'logEvents' }, name, check.expects, value, TypeError);
};

interface Parts extends FailureLines {
  readonly repeats: Throttle<Repeated>;
  readonly slowCallMs: number | false;
}

const subscribeAll = (hub: EventHub, parts: Parts): readonly (() => void)[] => {
  const { log, repeats, slowCallMs } = parts;
  const circuit = (event: CircuitChanged): void => logCircuit(log, event);
  return [
    hub.subscribe('request.failed', (event) => logFailure(parts, event)),
    hub.subscribe('request.late', (event) => logLate(log, event)),
    hub.subscribe('attempt.failed', (event) => logAttempt(log, event)),
    hub.subscribe('attempt.hedged', (event) => logHedged(log, event)),
    hub.subscribe('retries.spent', (event) => logSpent(log, event)),
    hub.subscribe('dependency.paused', (event) => logPaused(log, event)),
    hub.subscribe('circuit.opened', circuit),
    hub.subscribe('circuit.half-open', circuit),
    hub.subscribe('circuit.closed', circuit),
    hub.subscribe('stale.served', (event) => logStale(log, repeats, event)),
    hub.subscribe('fallback.served', (event) => logFallback(log, repeats, event)),
    hub.subscribe('call.completed', (event) => logCall(log, slowCallMs, event)),
    hub.subscribe('client.reconfigured', (event) => logReconfigured(log, event)),
  ];
};

const partsOf = (log: Logger, options: LogEventsOptions | undefined): Parts => {
  const site = { where: 'logEvents' };
  const { clock, input, slowCallMs, collapse } = readOptions(site, options, LOG_EVENTS_DEFAULTS, checks);
  return {
    log,
    slowCallMs,
    readInput: createInputReader(site, input),
    collapse: createCollapse(site, collapse, {
      clock,
      onHeld: (about, held) => logSuppressedFailures(log, about, held),
    }),
    repeats: createThrottle<Repeated>({
      clock,
      windowMs: REPEAT_WINDOW_MS,
      maxKeys: MAX_REPEAT_KEYS,
      onHeld: (about, held) => logSuppressed(log, about, held),
    }),
  };
};

/**
 * Writes a line for each event that an operator must see. One record per failed request, with its own ids: technical
 * ones at `error` with stack and causes, business ones and clients that left at `info` without a stack. Failed attempts
 * and spent retries at `warn`, hedges at `debug`, a dependency that is left alone at `warn`, an opened circuit at `error`, its recovery at `info`, stale answers and fallbacks at
 * `warn` (once in ten seconds each; those held back are counted in a line of their own), completed calls at `debug`, at
 * `warn` where they failed technically or were slow, changed settings at `info`, errors that came too late at `debug`.
 *
 * @param logger the logger of `createLogger()`, or what it takes as `logger`
 * @returns a function that ends it, and first tells of what was held back
 * @throws TypeError or RangeError for a bad option, or without a hub or a logger
 */
export const logEvents = (
  hub: EventHub,
  logger: LoggerOptions | LoggerLike,
  options?: LogEventsOptions,
): (() => void) => {
  checkGiven('hub', hubLike, hub);
  checkGiven('logger', loggerCheck, logger);
  const parts = partsOf(createLogger({ logger }), options);
  const ends = subscribeAll(hub, parts);
  return () => {
    for (const end of ends) end();
    parts.collapse?.flush();
    parts.repeats.flush();
  };
};

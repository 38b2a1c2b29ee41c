import type { Logger } from 'pino';
import type {
  AttemptFailed,
  AttemptHedged,
  CallCompleted,
  CircuitChanged,
  ClientReconfigured,
  DependencyPaused,
  FallbackServed,
  RetriesSpent,
  StaleServed,
} from '../events/index.ts';
import { describeError } from '../redaction/index.ts';
import { onBehalfOf } from './context-fields.ts';
import { isTaken } from './flight-recorder.ts';
import { round } from './round.ts';
import type { Throttle } from './throttle.ts';

const roundIf = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : round(ms));

/** Which of many equal answers a line is about. */
export interface Repeated {
  readonly event: 'stale.served' | 'fallback.served';
  readonly dependency: string;
  readonly call?: string | undefined;
  readonly code?: string | undefined;
}

/** A failed attempt, on behalf of the request that makes it. */
export const logAttempt = (log: Logger, event: AttemptFailed): void => {
  const { dependency, method, address, attempt, maxAttempts, nextWaitMs, error } = event;
  const { number, reason, code, status, durationMs } = attempt;
  const { type, message, code: ownCode } = describeError(error, { stack: false });
  const line = {
    event: 'attempt.failed',
    dependency,
    method,
    address,
    attempt: number,
    maxAttempts,
    reason,
    code,
    status,
    durationMs: round(durationMs),
    nextWaitMs: roundIf(nextWaitMs),
    // Without its causes: formats that know one text of an error take these for a stack.
    err: { type, message, code: ownCode },
  };
  log.warn(line, `attempt ${number} of ${maxAttempts} failed`);
};

/** An attempt that was started beside a slow one, on behalf of the request that makes it. */
export const logHedged = (log: Logger, { dependency, attempt, hedge, afterMs }: AttemptHedged): void =>
  log.debug({ event: 'attempt.hedged', dependency, attempt, hedge, afterMs }, `attempt ${attempt} hedged`);

/** A call whose retries did not help. */
export const logSpent = (log: Logger, event: RetriesSpent): void => {
  const { dependency, attempts, stopped, durationMs, code } = event;
  const line = { event: 'retries.spent', dependency, attempts, stopped, code, durationMs: round(durationMs) };
  log.warn(line, `retries of ${dependency} are spent`);
};

/** A dependency that is left alone. It concerns every request: the one in whose context it was told is there by chance. */
export const logPaused = (log: Logger, { dependency, key, pauseMs, status }: DependencyPaused): void => {
  const about = { event: 'dependency.paused', dependency, key, pauseMs: round(pauseMs), status };
  log.warn(onBehalfOf(undefined, about), `${dependency} asked for quiet`);
};

const CIRCUIT_EVENTS = Object.freeze({ open: 'opened', 'half-open': 'half-open', closed: 'closed' });

/** A circuit that moved. It belongs to no request: the one in whose context it moved is there by chance. */
export const logCircuit = (log: Logger, event: CircuitChanged): void => {
  const { dependency, key, from, to, reason, openMs, rate, failures, openForMs } = event;
  const line = onBehalfOf(undefined, {
    event: `circuit.${CIRCUIT_EVENTS[to]}`,
    dependency,
    key,
    from,
    to,
    reason,
    openMs,
    rate,
    failures,
    openForMs: roundIf(openForMs),
  });
  log[to === 'open' ? 'error' : 'info'](line, `circuit of ${dependency} is ${to}`);
};

/** Reasons for a stale answer that are no failure: a new one is on its way, or the request asked for it. */
const WANTED_STALE: readonly string[] = ['revalidating', 'requested'];

/** An old answer that was served: at debug where nothing failed, else at warn unless its like was just told of. */
export const logStale = (log: Logger, repeats: Throttle<Repeated>, event: StaleServed): void => {
  const { dependency, call, ageMs, reason } = event;
  const about = { event: 'stale.served', dependency, call } as const;
  if (WANTED_STALE.includes(reason)) {
    log.debug({ ...about, ageMs: round(ageMs), reason }, `stale answer of ${dependency} served`);
    return;
  }
  if (!repeats.admit(`stale ${dependency} ${call}`, about)) return;
  log.warn({ ...about, ageMs: round(ageMs), reason }, `stale answer of ${dependency} served`);
};

/** A fallback that was served, unless its like was just told of. */
export const logFallback = (log: Logger, repeats: Throttle<Repeated>, event: FallbackServed): void => {
  const { dependency, code, error } = event;
  const about = { event: 'fallback.served', dependency, code } as const;
  if (!repeats.admit(`fallback ${dependency} ${code}`, about)) return;
  log.warn({ ...about, err: describeError(error, { stack: false }) }, `fallback for ${dependency} served`);
};

/** Tells how many like the one that was told of had no line. They belong to many requests, and so to none. */
export const logSuppressed = (log: Logger, { event, ...about }: Repeated, suppressed: number): void => {
  const line = onBehalfOf(undefined, { event: `${event}.suppressed`, ...about, suppressed });
  const what = event === 'stale.served' ? 'stale answers' : 'fallbacks';
  log.warn(line, `${suppressed} more ${what} for ${about.dependency} served`);
};

/** A call that ended: at debug, at warn where it failed technically or was slow. */
export const logCall = (log: Logger, slowCallMs: number | false, event: CallCompleted): void => {
  const { dependency, method, call, outcome, source, status, code, durationMs, journal } = event;
  const slow = slowCallMs !== false && durationMs >= slowCallMs;
  const level = slow || (event.technical ?? outcome === 'failure') ? 'warn' : 'debug';
  if (!isTaken(log, level)) return;
  const line = {
    event: 'call.completed',
    dependency,
    method,
    call,
    outcome,
    source,
    status,
    code,
    durationMs: round(durationMs),
    slow: slow || undefined,
    attempts: journal.attempts.length,
    stopped: journal.stopped,
  };
  log[level](line, `call of ${dependency} completed`);
};

/** Settings that changed, on behalf of the request that asked for it. */
export const logReconfigured = (log: Logger, { dependency, changes }: ClientReconfigured): void =>
  log.info({ event: 'client.reconfigured', dependency, changes }, `settings of ${dependency} changed`);

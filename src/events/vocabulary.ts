import type { Attempt, Journal, StopReason } from '../errors/index.ts';

/** A request that ended in an error. Published once per request. */
export interface RequestFailed {
  /** The request itself; `contextOf(request)` has its ids. */
  readonly request: object;
  /** What was thrown, as an Error. */
  readonly error: Error;
  /**
   * Status answered, or what it would have been had another answer not begun already; 499 when the client had left and
   * nothing was written.
   */
  readonly status: number;
  /** Code that goes with it. */
  readonly code: string;
  /** `business` for 4xx (and clients that left), `technical` for 5xx. */
  readonly kind: 'business' | 'technical';
}

/** What a handler threw after its request had been answered: its time was up, so nothing can be told to the client. */
export interface RequestLate {
  /** The request itself; `contextOf(request)` has its ids. */
  readonly request: object;
  /** What was thrown, as it was. */
  readonly error: unknown;
}

/** An attempt of an outbound call that failed. */
export interface AttemptFailed {
  /** Name of the client or protected function. */
  readonly dependency: string;
  /** HTTP method; `undefined` for a protected function. */
  readonly method?: string | undefined;
  /** Host name or address that was called, without port and path; `undefined` for a protected function. */
  readonly address?: string | undefined;
  readonly attempt: Attempt;
  /** The most attempts this call may make. */
  readonly maxAttempts: number;
  /** Back-off before the next attempt in milliseconds, `undefined` if there is none. */
  readonly nextWaitMs: number | undefined;
  readonly error: unknown;
}

/**
 * An outbound call whose retries did not help, or that may not retry as its budget is empty. Published once per call; a
 * fallback or an old answer may still stand in.
 */
export interface RetriesSpent {
  /** Name of the client or protected function. */
  readonly dependency: string;
  /** How many attempts were made. */
  readonly attempts: number;
  /** Why no further one was made. */
  readonly stopped: StopReason;
  /** From the first attempt on, waits included, in milliseconds. */
  readonly durationMs: number;
  /** Code of the error, where it has one. */
  readonly code: string | undefined;
  /** What the last attempt, or the wait for the next one, ended in. */
  readonly error: unknown;
}

/** An attempt that was started beside one that had not answered yet. */
export interface AttemptHedged {
  /** Name of the client or protected function. */
  readonly dependency: string;
  /** Number of the attempt that both make, from 1. */
  readonly attempt: number;
  /** Counts the extra ones of this attempt, from 1. */
  readonly hedge: number;
  /** How long was waited for an answer before it was started, in milliseconds. */
  readonly afterMs: number;
}

/** A dependency that asked for quiet and is left alone: calls to it are refused until then. */
export interface DependencyPaused {
  /** Name of the client or protected function. */
  readonly dependency: string;
  /** Who asked: the host of a client's call, the name of a protected function. */
  readonly key: string;
  /** For how long, in milliseconds. */
  readonly pauseMs: number;
  /** Status of the answer that asked for it, where there was one. */
  readonly status: number | undefined;
}

/** A circuit that changed its state. */
export interface CircuitChanged {
  readonly dependency: string;
  /** Key of the circuit within the dependency. */
  readonly key: string;
  readonly from: 'closed' | 'open' | 'half-open';
  readonly to: 'closed' | 'open' | 'half-open';
  /**
   * What moved it: `failure-rate`, `failure-count`, `consecutive-failures`, `slow-call-rate`, `trial-failed`,
   * `open-time-passed`, `trials-succeeded`, `forced`, `disabled`, `reset` or `evicted`.
   */
  readonly reason: string;
  /** How long it stays open, in milliseconds; `undefined` unless it opened. */
  readonly openMs: number | undefined;
  /** Share of failures, 0 to 1, at the moment it opened: of the window, or of the trials. */
  readonly rate?: number | undefined;
  /** How many failures were counted by then. */
  readonly failures?: number | undefined;
  /** How long it has not been closed, in milliseconds; `undefined` where it opened from closed. */
  readonly openForMs?: number | undefined;
}

/** A failure answered by a fallback. */
export interface FallbackServed {
  readonly dependency: string;
  /** Code of the error that was answered, where it has one. */
  readonly code: string | undefined;
  readonly error: unknown;
}

/** A failure answered by the last good answer. */
export interface StaleServed {
  readonly dependency: string;
  /** Method and path template, `GET /users/:id`: no parameter, no query; the name of a cached function. */
  readonly call: string;
  /** Age of the answer, in milliseconds. */
  readonly ageMs: number;
  readonly reason: string;
}

/** A logical outbound call that ended, whatever its outcome. */
export interface CallCompleted {
  readonly dependency: string;
  /** HTTP method, or `call` for a protected function. */
  readonly method: string;
  /** Method and path template, `GET /users/:id`: no parameter, no query; `undefined` for a protected function. */
  readonly call?: string | undefined;
  readonly outcome: 'success' | 'failure';
  /**
   * Whether it failed for a technical reason. An answer for which the app has a business error, or which it wants as an
   * answer, is none, nor is a caller that no longer waits; that the request's time was up is one. @default whether `outcome` is `failure`
   */
  readonly technical?: boolean | undefined;
  /** Where the answer came from; `undefined` for a failure. */
  readonly source: 'live' | 'cache' | 'stale' | 'fallback' | undefined;
  /** Status of the answer, where there was one. */
  readonly status: number | undefined;
  /** Code of the error, `undefined` for a success. */
  readonly code: string | undefined;
  readonly durationMs: number;
  readonly journal: Journal;
}

/** A setting that is not what it was. */
export interface SettingChange {
  /** Path of the option, such as `timeout.attemptMs`. */
  readonly option: string;
  /** Its value in force until then; `'function'` for a function. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Settings of a client or a protected function that changed at run time. */
export interface ClientReconfigured {
  readonly dependency: string;
  /** Written ones, and the defaults that follow them. */
  readonly changes: readonly SettingChange[];
}

/** Every event of the package, by name. */
export interface EventMap {
  'request.failed': RequestFailed;
  'request.late': RequestLate;
  'attempt.failed': AttemptFailed;
  'attempt.hedged': AttemptHedged;
  'retries.spent': RetriesSpent;
  'dependency.paused': DependencyPaused;
  'circuit.opened': CircuitChanged;
  'circuit.half-open': CircuitChanged;
  'circuit.closed': CircuitChanged;
  'fallback.served': FallbackServed;
  'stale.served': StaleServed;
  'call.completed': CallCompleted;
  'client.reconfigured': ClientReconfigured;
}

/** Name of an event. */
export type EventName = keyof EventMap;

/** The name of every event. */
export const EVENT_NAMES: readonly EventName[] = Object.freeze([
  'request.failed',
  'request.late',
  'attempt.failed',
  'attempt.hedged',
  'retries.spent',
  'dependency.paused',
  'circuit.opened',
  'circuit.half-open',
  'circuit.closed',
  'fallback.served',
  'stale.served',
  'call.completed',
  'client.reconfigured',
]);

import type { Attempt, Journal } from '../errors/index.ts';

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
  readonly attempt: Attempt;
  /** The most attempts this call may make. */
  readonly maxAttempts: number;
  /** Back-off before the next attempt in milliseconds, `undefined` if there is none. */
  readonly nextWaitMs: number | undefined;
  readonly error: unknown;
}

/** A circuit that changed its state. */
export interface CircuitChanged {
  readonly dependency: string;
  /** Key of the circuit within the dependency. */
  readonly key: string;
  readonly from: 'closed' | 'open' | 'half-open';
  readonly to: 'closed' | 'open' | 'half-open';
  /** Rule or command that moved it: `failure-rate`, `trial-failed`, `open-time-passed`, `trials-succeeded`, `forced`. */
  readonly reason: string;
  /** How long it stays open, in milliseconds; `undefined` unless it opened. */
  readonly openMs: number | undefined;
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
  /** Method and path template, `GET /users/:id`: no parameter, no query. */
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
  readonly outcome: 'success' | 'failure';
  /** Where the answer came from; `undefined` for a failure. */
  readonly source: 'live' | 'cache' | 'stale' | 'fallback' | undefined;
  /** Status of the answer, where there was one. */
  readonly status: number | undefined;
  /** Code of the error, `undefined` for a success. */
  readonly code: string | undefined;
  readonly durationMs: number;
  readonly journal: Journal;
}

/** Every event of the package, by name. */
export interface EventMap {
  'request.failed': RequestFailed;
  'request.late': RequestLate;
  'attempt.failed': AttemptFailed;
  'circuit.opened': CircuitChanged;
  'circuit.half-open': CircuitChanged;
  'circuit.closed': CircuitChanged;
  'fallback.served': FallbackServed;
  'stale.served': StaleServed;
  'call.completed': CallCompleted;
}

/** Name of an event. */
export type EventName = keyof EventMap;

/** The name of every event. */
export const EVENT_NAMES: readonly EventName[] = Object.freeze([
  'request.failed',
  'request.late',
  'attempt.failed',
  'circuit.opened',
  'circuit.half-open',
  'circuit.closed',
  'fallback.served',
  'stale.served',
  'call.completed',
]);

import type { BreakerMode, CircuitState } from './options.ts';

/** What is kept of the last counted failure: bounded texts without secrets that are known by their form, for logs and pages of operators. */
export interface LastError {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
}

/** A circuit at one moment. Frozen. */
export interface BreakerSnapshot {
  /** Name of the client or protected function, or the key of this circuit within it. */
  readonly key: string;
  /** `open` until a call is admitted as a trial after the open time: only then is the circuit `half-open`. */
  readonly state: CircuitState;
  /** `disabled` also after `disable()`. */
  readonly mode: BreakerMode;
  /** Successes in the window; as it was when the circuit opened; since it half-opened, its successful trials. */
  readonly successes: number;
  /** Failures there. */
  readonly failures: number;
  /** Slow calls there, failed or not; 0 without `slowCallMs`. */
  readonly slow: number;
  /** Share of failures, 0 to 1; 0 where nothing was counted. */
  readonly rate: number;
  /** When the circuit opened, in milliseconds since the Unix epoch; `undefined` while it is closed. */
  readonly openedAt: number | undefined;
  /** How long calls are refused yet, in milliseconds; `undefined` while they are not. */
  readonly retryAfterMs: number | undefined;
  /** The last counted failure since the last `reset()`. */
  readonly lastError: LastError | undefined;
}

/**
 * The handle on the circuits of a client or protected function, for operators. A command without a key is for all
 * circuits, those that are yet to come included; one with the client's name is for its own, and for that of requests
 * whose key is that name. An empty key is a TypeError.
 */
export interface CircuitBreaker {
  /** The circuit of `key` at this moment, or the client's own; one that nothing was asked of is closed and empty. */
  snapshot(key?: string): BreakerSnapshot;
  /** Every circuit there is, the client's own first. Frozen. */
  snapshots(): readonly BreakerSnapshot[];
  /** Opens, whatever calls do, until `forceClose()` or `reset()`. */
  forceOpen(key?: string): void;
  /** Closes with an empty window; from there the rules apply again. */
  forceClose(key?: string): void;
  /** Closes, counts nothing and lets every call pass, until `forceOpen()`, `forceClose()` or `reset()`. */
  disable(key?: string): void;
  /** Makes as new: closed, nothing counted, no last error. */
  reset(key?: string): void;
}

import type { BreakerMode, CircuitState } from './options.ts';

/** What is kept of the last counted failure: bounded texts, for logs and pages of operators. */
export interface LastError {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
}

/** A circuit at one moment. Frozen. */
export interface BreakerSnapshot {
  /** `open` until a call is admitted as a trial after the open time: only then is the circuit `half-open`. */
  readonly state: CircuitState;
  readonly mode: BreakerMode;
  /** Successes in the window; since the circuit half-opened, its successful trials. */
  readonly successes: number;
  /** Failures in the window; since the circuit half-opened, its failed trials. */
  readonly failures: number;
  /** Share of failures, 0 to 1; 0 where nothing was counted. */
  readonly rate: number;
  /** When the circuit opened, in milliseconds since the Unix epoch; `undefined` while it is closed. */
  readonly openedAt: number | undefined;
  /** How long calls are refused yet, in milliseconds; `undefined` while they are not. */
  readonly retryAfterMs: number | undefined;
  /** The last counted failure since the last `reset()`. */
  readonly lastError: LastError | undefined;
}

/** The handle on a circuit, for operators. */
export interface CircuitBreaker {
  /** The circuit at this moment. */
  snapshot(): BreakerSnapshot;
  /** Opens the circuit, whatever its calls do, until `forceClose()` or `reset()`. */
  forceOpen(): void;
  /** Closes the circuit with an empty window; from there its rules apply again. */
  forceClose(): void;
  /** Makes the circuit as new: closed, nothing counted, no last error. */
  reset(): void;
}

import {
  type Check,
  durationMs,
  func,
  integer,
  type OptionsSite,
  oneOf,
  orFalse,
  ratio,
  readOptions,
  rejectPair,
} from '../../kernel/index.ts';

/** State of a circuit. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** What a breaker does with its verdict: refuses calls, only reports what it would have done, or nothing at all. */
export type BreakerMode = 'enforce' | 'observe' | 'disabled';

/** A change of state, as `onStateChange` is told of it. */
export interface StateChange {
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** `failure-rate`, `failure-count`, `consecutive-failures`, `trial-failed`, `open-time-passed`, `trials-succeeded`, `forced` or `reset`. */
  readonly reason: string;
  /** Name of the client or protected function. */
  readonly name: string;
  /** Key of the circuit within it. */
  readonly key: string;
}

/** When a circuit opens, for how long, and what closes it again. Rules are OR-ed; `false` removes one. */
export interface BreakerOptions {
  /** Share of failures among the calls of the window that opens the circuit, 0 to 1, reached or passed. @default 0.5 */
  readonly failureRateThreshold?: number | false | undefined;
  /** Calls in the window below which the rate says nothing. @default 10 */
  readonly minimumCalls?: number | undefined;
  /** Failures in the window that open the circuit, however many the calls. @default false */
  readonly failureThreshold?: number | false | undefined;
  /** Failures in a row that open the circuit. @default false */
  readonly consecutiveFailures?: number | false | undefined;
  /** Time over which calls are counted, in milliseconds. @default 10000 */
  readonly windowMs?: number | undefined;
  /** How long the circuit stays open the first time, in milliseconds, exactly. @default 5000 */
  readonly openMs?: number | undefined;
  /** Factor by which the open time grows with each failed trial, 1 to 10. @default 2 */
  readonly openGrowth?: number | undefined;
  /** Longest open time, in milliseconds. @default 60000, or `openMs` if that is longer */
  readonly maxOpenMs?: number | undefined;
  /** Share by which an open time is cut at random, from the second one on, so that fleets do not try in step. @default 0.2 */
  readonly openJitter?: number | undefined;
  /** Trials that decide over a half-open circuit, and the most admitted at once. @default 3 */
  readonly halfOpenCalls?: number | undefined;
  /** Share of those trials that may fail; above it the circuit opens again. @default 0 */
  readonly halfOpenFailureRate?: number | undefined;
  /** @default 'enforce' */
  readonly mode?: BreakerMode | undefined;
  /** What is counted: each attempt, or the whole call with its retries. @default 'attempt' */
  readonly scope?: 'attempt' | 'call' | undefined;
  /** Told of each change of state, within the call that caused it. */
  readonly onStateChange?: ((change: StateChange) => void) | undefined;
}

/** Normalised `BreakerOptions`. */
export interface BreakerPlan extends Required<Omit<BreakerOptions, 'onStateChange'>> {
  readonly onStateChange: ((change: StateChange) => void) | undefined;
}

/** When a circuit opens and closes where nothing is written. */
export const BREAKER_DEFAULTS: BreakerPlan = Object.freeze({
  failureRateThreshold: 0.5,
  minimumCalls: 10,
  failureThreshold: false,
  consecutiveFailures: false,
  windowMs: 10_000,
  openMs: 5_000,
  openGrowth: 2,
  maxOpenMs: 60_000,
  openJitter: 0.2,
  halfOpenCalls: 3,
  halfOpenFailureRate: 0,
  mode: 'enforce',
  scope: 'attempt',
  onStateChange: undefined,
});

const growth: Check = {
  expects: 'a number from 1 to 10',
  type: (value) => typeof value === 'number' && !Number.isNaN(value),
  range: (value) => Number(value) >= 1 && Number(value) <= 10,
};

const checks = {
  failureRateThreshold: orFalse(ratio),
  minimumCalls: integer(1),
  failureThreshold: orFalse(integer(1)),
  consecutiveFailures: orFalse(integer(1)),
  windowMs: durationMs(10),
  openMs: durationMs(1),
  openGrowth: growth,
  maxOpenMs: durationMs(1),
  openJitter: ratio,
  halfOpenCalls: integer(1),
  halfOpenFailureRate: ratio,
  mode: oneOf('enforce', 'observe', 'disabled'),
  scope: oneOf('attempt', 'call'),
  onStateChange: func,
};

/**
 * Normalises `breaker`.
 *
 * @throws TypeError or RangeError for a bad option; RangeError when both are written and `openMs` exceeds `maxOpenMs`
 */
export const readBreaker = (site: OptionsSite, given: BreakerOptions | undefined): BreakerPlan => {
  const plan = readOptions<BreakerPlan>(site, given, BREAKER_DEFAULTS, checks);
  if (plan.openMs <= plan.maxOpenMs) return plan;
  if (given?.openMs !== undefined && given.maxOpenMs !== undefined)
    rejectPair(site, ['openMs', plan.openMs], ['maxOpenMs', plan.maxOpenMs]);
  return given?.openMs === undefined
    ? Object.freeze({ ...plan, openMs: plan.maxOpenMs })
    : Object.freeze({ ...plan, maxOpenMs: plan.openMs });
};
